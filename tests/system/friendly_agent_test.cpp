#include <gtest/gtest.h>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kFriendly = R"sh(begin
as_me() { git -c user.name=Me -c user.email=me@localhost -c commit.gpgsign=false "$@"; }
echo one >one; as_me add one; as_me commit -q -m one
echo half >>one; as_me stash -q; test "$(cat one)" = one; as_me stash pop -q; grep -q half one
as_me commit -q -a -m half
git checkout -q -b side; echo side >side; as_me add side; as_me commit -q -m side
git checkout -q "$ORCH_BRANCH"; as_me merge -q --no-edit side; git branch -q -d side
as_me merge -q --no-edit origin/main
as_me rebase -q origin/main
as_me commit -q --amend -m amended; as_me tag mark; git describe --tags >/dev/null
git config user.name Somebody; git log --oneline >/dev/null; git status --short; git diff HEAD~1 >/dev/null
git worktree add -q "$PWD/../$ORCH_TASK/inner" HEAD; git worktree remove inner
git fsck --no-dangling >/dev/null
printf 'all:\n\tcc -o hello hello.c && ./hello\n' >Makefile
printf '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n' >hello.c
make >/dev/null; rm hello
file=$(mktemp); echo x >"$file"; mv "$file" moved; rm moved
mkdir -p "$HOME/.cache/tool" "$HOME/.new-tool"; echo x >"$HOME/.cache/tool/x"; echo x >"$HOME/.rc"
find . -name one >/dev/null; ls / >/dev/null 2>&1 || true; cat "$ORCH_PROMPT_FILE" >/dev/null
test -r "$REPO/README"; cat /etc/hostname >/dev/null; ps >/dev/null 2>&1 || true
echo "# done" >draft; mv draft "$ORCH_ARTEFACT"
as_me add --all; as_me commit -q -m "Makefile and hello"
end)sh";

}  // namespace

struct FriendlyAgentTest : ::testing::Test {
    FriendlyAgentTest() {
        world.installApart();
        fs::create_directories(world.dir / "home/.cache");
        world.settings.agent_options = "timeout: 2m, grace: 300ms, retries: 0";
        world.settings.stages =
            "    - {name: development, agent: developer, artefact: 01.md, gate: [artefact, "
            "committed]}\n"
            "    - {name: testing, check: [sh, '{dir}/agents/check.sh'], gate: [check, mergeable], "
            "on_red: {to: development, limit: 3}}\n"
            "    - {name: deploy, merge: {style: merge}, gate: [merged, deployed]}\n";
        world.script("developer", "REPO=" + world.repo.path().string() + "\n" + kFriendly);
        world.script("check", "begin; make; git log --oneline; git status --short; end");
        world.settings.agents = {};
    }
    void expectDone() {
        world.start({{"HOME", (world.dir / "home").string()}});
        const auto task = world.addTask();
        EXPECT_TRUE(world.taskBecomes(task, "done"))
            << world.file("state/jobs/1.1/out.log") << world.file("state/jobs/2.1/out.log");
        EXPECT_EQ(world.landings(task), 1);
    }
    Installation world;
};

TEST_F(FriendlyAgentTest, GoesItsWholeWayConfined) {
    const auto support = confinementSupport();
    if (!support.files()) GTEST_SKIP() << describe(support);
    world.settings.agent_options += ", confine: required";
    expectDone();
    EXPECT_EQ(world.one("SELECT confinement FROM attempts WHERE job_id=1"), describe(support));
    EXPECT_EQ(world.one("SELECT confinement FROM attempts WHERE job_id=2"), describe(support));
}

TEST_F(FriendlyAgentTest, GoesItsWholeWayUnconfined) {
    world.settings.agent_options += ", confine: off";
    expectDone();
    EXPECT_EQ(world.one("SELECT confinement FROM attempts WHERE job_id=1"), "");
}

TEST_F(FriendlyAgentTest, GoesItsWholeWayAsAnotherUser) {
    if (!confinementSupport().may_run_as) GTEST_SKIP() << "only root becomes another user";
    fs::permissions(world.dir.path(), fs::perms::all);
    fs::permissions(world.apart.path(), fs::perms(0711));
    fs::permissions(world.dir / "ledger", fs::perms::all);
    world.settings.agent_options += ", run_as: nobody";
    world.script("developer",
                 "begin; id -un >\"$here/who\"; change; echo x >\"$ORCH_ARTEFACT\"; end");
    world.script("check", "begin; test -e README; end");
    expectDone();
    EXPECT_EQ(world.file("who"), "nobody\n");
    EXPECT_TRUE(world.one("SELECT confinement FROM attempts").starts_with("user nobody"));
}

}  // namespace orch::testing
