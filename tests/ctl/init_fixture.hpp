#pragma once

#include "base/error.hpp"
#include "config/config.hpp"
#include "ctl/orchctl_fixture.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch::ctl {

/// orchctl in real repositories, on a machine that has the agent claude and make.
struct InitTest : OrchctlTest {
    InitTest() {
        environment["PATH"] = (temp / "bin").string();
        environment["XDG_STATE_HOME"] = (temp / "state").string();
        for (const auto* name : {"claude", "make"}) program(name);
    }
    void program(const std::string& name) const {
        std::filesystem::create_directories(temp / "bin");
        replaceFile(temp / "bin" / name, "#!/bin/sh\n", Sync::kNo, 0755);
    }
    /// A repository whose base branch has a Makefile with the target check.
    [[nodiscard]] testing::GitRepo repository(const std::string& name = "greeter") const {
        auto made = testing::GitRepo::create(temp / name);
        made.commit("Makefile", "check:\n\ttrue\n");
        return made;
    }
    int init(const std::filesystem::path& place, std::vector<std::string> options = {}) {
        options.insert(options.begin(), {"init", "--json"});
        folder = place;
        const int code = orchctl(options);
        said = nlohmann::json::parse(out, nullptr, false);
        return code;
    }
    /// What was written, as orchd would read it.
    [[nodiscard]] Config written() const {
        return loadConfig(said.at("file").get<std::string>(), environment);
    }
    /// A set-up was written that orchd --check has nothing against.
    void expectWorking(const std::filesystem::path& place, const std::string& base) {
        EXPECT_EQ(init(place), 0) << out << err;
        EXPECT_EQ(said.value("base", ""), base);
        EXPECT_EQ(machineProblems(written(), environment["PATH"]), std::vector<std::string>{});
    }
    /// Nothing was written, and `sentence` says why.
    void expectRefused(const std::filesystem::path& place, const std::string& sentence) {
        EXPECT_EQ(init(place), 1);
        EXPECT_NE(err.find(sentence), std::string::npos) << err;
        EXPECT_FALSE(std::filesystem::exists(place / "orch.yaml"));
    }

    testing::TempDir temp;
    nlohmann::json said;
};

}  // namespace orch::ctl
