#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "support/eventually.hpp"
#include "support/processes.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

/// T-1 is somebody else's work, under way. T-2 tries its worst and writes down what came of it.
constexpr auto kBegin = R"sh(begin
. "$here/target.sh"
until [ -s "$here/shim-$ORCH_TASK" ]; do sleep 0.05; done
SHIM=$(cat "$here/shim-$ORCH_TASK")
if [ "$ORCH_TASK" = T-1 ]; then
    echo theirs >secret; echo theirs >"$ORCH_ARTEFACT_DIR/secret"; hold; exit 0
fi
try() {
    name=$1; shift
    if sh -c "$*" >>"$here/attempts.log" 2>&1; then echo "$name worked"; else echo "$name refused"; fi >>"$here/report"
}
)sh";

/// What can be tried where it works: nothing is changed.
constexpr auto kReads = R"sh(
try token "cat $STATE/token"
try database "head -c 16 $STATE/orch.db"
try other_worktree "cat $STATE/worktrees/T-1/secret"
try other_artefact "cat $STATE/tasks/T-1/secret"
try other_prompt "cat $STATE/jobs/1.1/prompt.md"
try daemon_json "cat $STATE/daemon.json"
try state_listing "ls $STATE"
try signal_daemon "kill -CONT $DAEMON"
try signal_shim "kill -CONT $SHIM"
)sh";

constexpr auto kAttempts = R"sh(
try token_by_link "ln -s $STATE/token t && cat t"
try token_by_hard_link "ln $STATE/token h"
try token_by_daemon "cat /proc/$DAEMON/root$STATE/token"
try database_write "echo x >>$STATE/orch.db"
try database_move "mv $STATE/orch.db $STATE/gone"
try new_file_in_state "echo x >$STATE/new"
try state_move "mv $STATE $STATE.gone"
try other_output "cat $STATE/jobs/1.1/out.log"
try own_spec "cat $STATE/jobs/$ORCH_JOB.$ORCH_ATTEMPT/spec.json"
try own_exit "echo '{}' >$STATE/jobs/$ORCH_JOB.$ORCH_ATTEMPT/exit.json"
try own_prompt_write "echo x >>$ORCH_PROMPT_FILE"
try daemon_environment "cat /proc/$DAEMON/environ"
try daemon_memory ": </proc/$DAEMON/mem"
try daemon_descriptors "readlink /proc/$DAEMON/fd/1"
try daemon_ptrace "$PTRACE_ATTEMPT $DAEMON"
try shim_environment "cat /proc/$SHIM/environ"
try shim_ptrace "$PTRACE_ATTEMPT $SHIM"
try repository_write "echo x >$REPO/evil"
try repository_hook "mkdir -p $REPO/.git/hooks && echo x >$REPO/.git/hooks/post-receive"
try repository_config "git config --file $REPO/.git/config core.fsmonitor x"
try repository_push "git push $REPO HEAD:refs/heads/evil"
try configuration_write "echo x >>$CONFIG"
try configuration_replace "echo x >c && mv c $CONFIG"
try prompt_write "echo x >>$PROMPTS/development.md"
try program_write "echo x >$PROGRAMS/evil"
try mirror_config "git config --file $STATE/mirrors/work.git/config core.fsmonitor x"
try mirror_hook "mkdir $STATE/mirrors/work.git/hooks"
try mirror_base "git --git-dir=$STATE/mirrors/work.git update-ref refs/base HEAD"
try mirror_branch "git --git-dir=$STATE/mirrors/work.git update-ref refs/orch/T-1 HEAD"
try merge_lease "ls $STATE/merge"
try own_settings_write "echo x >>$STATE/gitconfig"
try second_orchd "timeout 60 $ORCHD --config $CONFIG"
try empty_database "truncate --no-create --size=0 $STATE/orch.db"
printf 'state_dir: %s/own\nprompts: %s\nserver: {listen: "127.0.0.1:0"}\nagents: {a: {command: [true]}}\npipeline: {stages: [{name: development, agent: a, gate: [committed]}]}\n' "$PWD" "$PROMPTS" >own.yaml
setsid "$ORCHD" --config "$PWD/own.yaml" >"$here/own.log" 2>&1 &
until grep -q 'token in\|orchd:\|own.yaml:' "$here/own.log"; do sleep 0.05; done
)sh";

/// Everything git looks for that names a program; each would show the token if it ran unconfined.
constexpr auto kTraps = R"sh(
cat >"$here/trap" <<END
#!/bin/sh
cat $STATE/token >>$here/caught 2>/dev/null
cat
END
chmod +x "$here/trap"
set_traps() {
    for key in filter.evil.clean filter.evil.smudge diff.evil.textconv diff.external \
        merge.evil.driver core.fsmonitor core.sshCommand core.pager core.editor; do
        git config "$@" "$key" "$here/trap"
    done
    git config "$@" filter.evil.required true
    git config "$@" core.hooksPath "$here/hooks"
}
mkdir -p "$here/hooks"
for hook in post-checkout reference-transaction post-index-change pre-push post-merge; do
    cp "$here/trap" "$here/hooks/$hook"
done
set_traps --global
set_traps --local
set_traps --file "$(git rev-parse --git-dir)/config.worktree"
mkdir -p "$(git rev-parse --git-common-dir)/hooks"
cp "$here"/hooks/* "$(git rev-parse --git-common-dir)/hooks/"
git init -q nested
(cd nested && set_traps --local && echo '* filter=evil' >.gitattributes && echo x >f &&
    git -c user.name=A -c user.email=a@b commit -q --allow-empty -m nested)
echo '* filter=evil diff=evil merge=evil' >.gitattributes
mkdir -p "$HOME/.config/git"; echo '* filter=evil' >"$HOME/.config/git/attributes"
)sh";

struct HostileAgentTest : ::testing::Test {
    HostileAgentTest() {
        world.installApart();
        fs::create_directories(world.dir / "home");
        world.settings.stages =
            "    - {name: development, agent: developer, artefact: 01.md, gate: [artefact, "
            "committed]}\n    - {name: deploy, merge: {style: merge}, gate: [merged]}\n";
    }
    /// Runs T-1 and T-2 until T-2 has tried everything, and then `last`.
    void attack(const std::string& last) { attackWith(std::string{kReads} + kAttempts + last); }
    void attackWith(const std::string& what) {
        world.script("developer", kBegin + what + "\ntouch \"$here/tried\"\nend");
        world.start(environment);
        aim();
        world.addTask();
        tellShim("T-1", "1.1");
        ASSERT_TRUE(eventually([&] { return fs::exists(theirs); }));
        world.addTask("Hostile");
        tellShim("T-2", "2.1");
        ASSERT_TRUE(eventually([&] { return fs::exists(world.dir / "tried"); }, 120s))
            << world.file("attempts.log");
    }
    /// Who its shim is, an agent cannot find out.
    void tellShim(const std::string& task, const std::string& attempt) {
        ASSERT_TRUE(eventually([&] { return world.shimOf(attempt) != 0; }));
        replaceFile(
            world.dir / ("shim-" + task), std::to_string(world.shimOf(attempt)), Sync::kNo, 0644);
    }
    void aim() {
        std::ostringstream text;
        text << "STATE=" << world.state.string() << "\nDAEMON=" << world.orchd().pid()
             << "\nREPO=" << world.repo.path().string()
             << "\nCONFIG=" << (world.apart / "orch.yaml").string()
             << "\nPROMPTS=" << (world.apart / "prompts").string()
             << "\nPROGRAMS=" << world.program.parent_path().string()
             << "\nORCHD=" << world.program.string() << "\nPTRACE_ATTEMPT=" PTRACE_ATTEMPT "\n";
        replaceFile(world.dir / "target.sh", text.str(), Sync::kNo, 0644);
    }
    /// The attempts that worked, of those whose names do not begin with one of `but`.
    std::vector<std::string> worked(const std::vector<std::string>& but = {}) {
        std::vector<std::string> names;
        std::istringstream report(world.file("report"));
        for (std::string name, what; report >> name >> what;) {
            const bool skipped = std::any_of(but.begin(), but.end(), [&](const auto& beginning) {
                return name.starts_with(beginning);
            });
            if (what == "worked" && !skipped) names.push_back(name);
        }
        return names;
    }
    std::string token() { return world.file("state/token"); }

    Installation world;
    const std::map<std::string, std::string> environment{{"HOME", (world.dir / "home").string()}};
    const fs::path theirs = world.state / "tasks/T-1/secret";
    const ConfinementSupport support = confinementSupport();
    const std::vector<std::string> none;
};

}  // namespace

// proves X5
TEST_F(HostileAgentTest, II2NothingItTriesWorks) {
    if (!support.files()) GTEST_SKIP() << describe(support);
    attack("");
    EXPECT_EQ(worked({"signal_", "empty_"}), none) << world.file("attempts.log");
    EXPECT_TRUE(world.orchd().running());
    EXPECT_EQ(world.repo.git({"status", "--porcelain"}), "");
    EXPECT_FALSE(has(world.file("attempts.log"), token()));
    EXPECT_EQ(world.one("PRAGMA integrity_check"), "ok");
}

TEST_F(HostileAgentTest, IH2ItSignalsNeitherTheDaemonNorItsShim) {
    if (!support.signals()) GTEST_SKIP() << describe(support);
    attack("");
    for (const auto& name : worked()) EXPECT_FALSE(name.starts_with("signal_")) << name;
    EXPECT_TRUE(has(world.file("report"), "signal_shim refused"));
}

TEST_F(HostileAgentTest, ItEmptiesNoFile) {
    if (!support.truncation()) GTEST_SKIP() << describe(support);
    attack("");
    EXPECT_TRUE(has(world.file("report"), "empty_database refused"));
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks"), "2");
}

TEST_F(HostileAgentTest, WhatItTriesWorksWhereConfinementIsOff) {
    world.settings.agent_options += ", confine: off";
    attackWith(kReads);
    EXPECT_EQ(worked().size(), 9U) << world.file("report");
    EXPECT_TRUE(has(world.orchctl({"status"}).out, "off")) << world.orchctl({"status"}).out;
}

// proves IH4
TEST_F(HostileAgentTest, IH4OrchdOfItsOwnIsIsolatedAndEndsWithIt) {
    if (!support.files()) GTEST_SKIP() << describe(support);
    attack("");
    EXPECT_TRUE(has(world.file("report"), "second_orchd refused"));
    const auto own = (world.state / "worktrees/T-2/own.yaml").string();
    EXPECT_TRUE(eventually([&] { return processesWith(own) == 0; })) << world.file("own.log");
    EXPECT_TRUE(world.orchd().running());
    EXPECT_TRUE(has(world.file("state/daemon.json"), std::to_string(world.orchd().pid())));
}

// proves X5
TEST_F(HostileAgentTest, II2LinkToTheTokenIsNoArtefact) {
    world.settings.agent_options += ", confine: off";  // the snapshot has to hold by itself
    attackWith("ln -sf \"$STATE/token\" \"$ORCH_ARTEFACT\"; change");
    EXPECT_TRUE(has(world.parkedBecause("T-2"), "01.md is a symbolic link"))
        << world.reasonOf("T-2");
    EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE job_id=2 AND artefact_hash<>''"), "0");
    EXPECT_FALSE(fs::exists(world.state / "snapshots/T-2"));
}

TEST_F(HostileAgentTest, OrchdsGitRunsNothingThatItLeft) {
    if (!support.files()) GTEST_SKIP() << describe(support);
    world.settings.project = "    protected: []\n";  // .gitattributes would wait for a person
    attack(std::string{kTraps} +
           "echo done >\"$ORCH_ARTEFACT\"; rm -rf own own.yaml t; echo nested >>.git/info/exclude;"
           " git add --all; commit Trap;"
           " git config extensions.worktreeConfig true");
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM jobs WHERE task_id=2 AND stage='deploy'", "1"))
        << world.reasonOf("T-2");
    EXPECT_FALSE(has(world.file("caught"), token())) << world.file("caught");
    world.kill9();
    world.start(environment);
    EXPECT_TRUE(world.taskBecomes("T-2", "done")) << world.reasonOf("T-2");
    EXPECT_FALSE(has(world.file("caught"), token()));
}

// proves S8: with a filter in the home that all share, it decided what every check saw
TEST_F(HostileAgentTest, WhatItLeavesInItsHomeDoesNotDecideWhatChecksOfOthersSee) {
    world.settings.stages =
        "    - {name: development, agent: developer, gate: [committed]}\n"
        "    - {name: testing, check: [sh, -c, 'test \"$(cat verdict)\" != bad'], gate: [check, "
        "mergeable], on_red: {to: development, limit: 3}}\n"
        "    - {name: deploy, merge: {style: merge}, gate: [merged]}\n";
    world.script("developer", R"sh(begin
if [ "$ORCH_TASK" = T-1 ]; then
    git config --global core.attributesFile "$HOME/attributes"
    git config --global filter.x.smudge 'sed s/bad/good/'
    git config --global filter.x.clean 'sed s/good/bad/'
    echo 'verdict filter=x' >"$HOME/attributes"
    echo fine >verdict
else
    echo bad >verdict
fi
git add verdict; git commit -qm "$ORCH_TASK" || true; end)sh");
    world.start(environment);
    ASSERT_TRUE(world.taskBecomes(world.addTask(), "done"));
    ASSERT_TRUE(fs::exists(world.dir / "home/attributes"));
    const auto second = world.addTask("Fails its check");
    (void)world.parkedBecause(second);
    EXPECT_EQ(world.landings(second), 0);
    EXPECT_EQ(world.repo.read("verdict"), "fine\n");
    EXPECT_NE(
        world.one("SELECT count(*) FROM jobs WHERE agent='check' AND task_id=2 AND exit_code=1"),
        "0");
}

// proves X2: nobody waits for a pipe in the place of the settings that all share
TEST_F(HostileAgentTest, PipesInItsHomeHoldUpNoStartAndNoOtherTask) {
    world.settings.stages =
        "    - {name: development, agent: developer, gate: [committed]}\n"
        "    - {name: deploy, merge: {style: merge}, gate: [merged]}\n";
    world.script("developer", R"sh(begin
if [ "$ORCH_TASK" = T-1 ]; then
    mkdir -p "$HOME/.config/git"
    mkfifo "$HOME/.gitconfig" "$HOME/.config/git/config" "$HOME/.config/git/ignore" \
        "$HOME/.config/git/attributes"
else
    export GIT_CONFIG_GLOBAL=/dev/null XDG_CONFIG_HOME=/nowhere
    change
fi
end)sh");
    world.start(environment);
    world.addTask("Hostile");
    ASSERT_TRUE(eventually([&] { return fs::exists(world.dir / "home/.config/git/attributes"); }));
    EXPECT_TRUE(world.taskBecomes(world.addTask("Before"), "done", 50s));
    world.kill9();
    world.start(environment);
    EXPECT_TRUE(world.taskBecomes(world.addTask("After"), "done", 50s)) << world.log();
}

TEST_F(HostileAgentTest, ApiSaysWhatIsInForce) {
    attack("");
    const auto status = world.orchctl({"status", "--json"});
    EXPECT_TRUE(has(status.out, "\"developer\": \"" + describe(support) + "\"")) << status.out;
    const auto job = world.orchctl({"job", "show", "1", "--json"});
    EXPECT_TRUE(has(job.out, "\"confinement\": \"" + describe(support) + "\"")) << job.out;
}

// proves X5
TEST_F(HostileAgentTest, II2RunningDaemonsEnvironmentHoldsNoSecret) {
    world.settings.project = "    approvers: ['${OPERATORS_SECRET}']\n";
    world.settings.agent_options += ", pass_env: [AGENTS_KEY]";
    world.script("developer", "begin; env >\"$here/seen\"; change; end");
    world.start({{"OPERATORS_SECRET", "s3cret-one"},
                 {"AGENTS_KEY", "s3cret-two"},
                 {"SOME_TOKEN", "s3cret-three"}});
    const auto pid = std::to_string(world.orchd().pid());
    EXPECT_FALSE(has(readFile("/proc/" + pid + "/environ").value_or("s3cret"), "s3cret"));
    world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    ASSERT_TRUE(eventually([&] { return has(world.file("seen"), "PATH="); }));
    EXPECT_TRUE(has(world.file("seen"), "AGENTS_KEY=s3cret-two"));
    EXPECT_FALSE(has(world.file("seen"), "s3cret-one") || has(world.file("seen"), "s3cret-three"));
}

TEST_F(HostileAgentTest, DaemonsMemoryIsNobodysOfTheSameUser) {
    if (getuid() == 0) GTEST_SKIP() << "root looks into every process";
    world.start();
    struct stat info {};
    ASSERT_EQ(stat(("/proc/" + std::to_string(world.orchd().pid()) + "/mem").c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 0U);  // proc(5): root's, when the process is not dumpable
}

}  // namespace orch::testing
