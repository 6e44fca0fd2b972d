#include <gtest/gtest.h>

#include "base/files.hpp"
#include "base/run.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

// As a new user would: orchctl init, orchctl doctor, orchd --check, orchd, a task, all real.

namespace orch::testing {

/// What a coding agent does in each stage, as a script called claude.
constexpr auto kAgent = R"sh(#!/bin/sh
set -eu
if [ "$1" = --version ]; then exec echo 1.0; fi
case $ORCH_STAGE in
development)
    echo "$ORCH_TASK" >"done-$ORCH_TASK"
    git add --all
    git -c user.name=Agent -c user.email=agent@localhost commit --quiet --message=Work
    ;;
review) printf '{"verdict":"approve","head":"%s","findings":[]}' "$(git rev-parse HEAD)" >"$ORCH_ARTEFACT" ;;
*) echo "what $ORCH_STAGE found" >"$ORCH_ARTEFACT" ;;
esac
)sh";

struct NewUser : ::testing::Test {
    NewUser() {
        std::filesystem::create_directories(dir / "bin");
        replaceFile(dir / "bin/claude", kAgent, Sync::kNo, 0755);
        repo.commit("Makefile", "check:\n\ttest -e README\n");
        const std::string path = getenv("PATH");
        variables = {{"PATH", (dir / "bin").string() + ":" + path},
                     {"XDG_STATE_HOME", (dir / "state").string()},
                     {"ORCH_SERVER_LISTEN", "127.0.0.1:0"}};
    }
    RunResult type(const std::vector<std::string>& command) {
        return run({.command = command,
                    .environment = plainEnvironment(variables),
                    .folder = repo.path()});
    }
    /// Until the task stands so; every look is an orchctl of its own.
    bool taskBecomes(const std::string& state) {
        return eventually(
            [&] {
                return has(type({ORCHCTL, "task", "show", "T-1"}).output, state);
            },
            60s);
    }

    TempDir dir;
    GitRepo repo = GitRepo::create(dir / "my repository");
    std::map<std::string, std::string> variables;
};

TEST_F(NewUser, GoesFromInitToAMergedChange) {
    const auto init = type({ORCHCTL, "init"});
    ASSERT_EQ(init.exit_code, 0) << init.output << init.errors;
    const auto doctor = type({ORCHCTL, "doctor", "--run-checks"});
    ASSERT_EQ(doctor.exit_code, 0) << doctor.output << doctor.errors;
    ASSERT_EQ(type({ORCHD, "--check", "--config", "orch.yaml"}).exit_code, 0);
    const auto config = (repo.path() / "orch.yaml").string();
    Program orchd({ORCHD, "--config", config}, dir / "orchd.log", variables);
    const auto add = [&] {
        return type({ORCHCTL, "task", "add", "--project", "my-repository", "A change"});
    };
    ASSERT_TRUE(eventually([&] { return has(add().output, "T-1"); }, 60s));
    ASSERT_TRUE(eventually(
        [&] {
            return type({ORCHCTL, "task", "approve", "T-1"}).exit_code == 0;
        },
        60s));
    EXPECT_TRUE(taskBecomes("done"))
        << type({ORCHCTL, "explain", "T-1"}).output << readFile(dir / "orchd.log").value_or("");
    EXPECT_TRUE(repo.has("done-T-1"));
}

}  // namespace orch::testing
