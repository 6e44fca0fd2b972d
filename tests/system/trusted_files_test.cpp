#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kTry = R"sh(begin
try() {
    name=$1; shift
    if sh -c "$*" >>"$here/attempts.log" 2>&1; then echo "$name worked"; else echo "$name refused"; fi >>"$here/report"
}
)sh";

mode_t modeOf(const fs::path& path) {
    struct stat info {};
    return lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

struct TrustedFilesTest : ::testing::Test {
    TrustedFilesTest() { world.installApart(); }
    /// A library outside the programs' folder, reached by a link to its folder.
    fs::path linkedLibrary() const {
        fs::create_directories(world.apart / "lib");
        fs::create_directories(world.apart / "links");
        fs::copy_file(TEST_PLUGINS "/own-block.so", world.apart / "lib/own-block.so");
        fs::create_symlink(world.apart / "lib", world.apart / "links/lib");
        return world.apart / "links/lib/own-block.so";
    }
    void usePlugin(const fs::path& library) {
        world.settings.plugins =
            "plugins:\n  own-block: {library: " + library.string() +
            ", isolation: thread, settings: {file: " + (world.dir / "x").string() + "}}\n";
    }
    Said check() const {
        world.writeConfig();
        Program program(
            {world.program.string(), "--config", (world.apart / "orch.yaml").string(), "--check"},
            world.dir / "check.log");
        const int code = program.exitCode();
        return {code, "", world.file("check.log")};
    }

    Installation world;
};

}  // namespace

// proves X5: what an agent could put there would run unconfined at the next start
TEST_F(TrustedFilesTest, NoAgentReplacesAPluginsLibraryOrALinkThatLeadsToIt) {
    if (!confinementSupport().files()) GTEST_SKIP() << "the kernel has no Landlock";
    usePlugin(linkedLibrary());
    const auto apart = world.apart.path().string();
    world.script("developer", std::string{kTry} + "A=" + apart + R"sh(
try library_write "echo x >>$A/lib/own-block.so"
try library_replace "cp /bin/true $PWD/t && mv $PWD/t $A/lib/own-block.so"
try folder_replace "mv $A/lib $A/gone"
try link_remove "rm $A/links/lib"
try link_replace "ln -sfn $PWD $A/links/lib"
try links_folder_replace "mv $A/links $A/gone"
try program_write "echo x >$A/bin/evil"
try git_folder "touch $(dirname "$(command -v git)")/orch-evil-$$"
touch "$here/tried"
change; end)sh");
    world.start();
    world.addTask();
    ASSERT_TRUE(eventually([&] { return fs::exists(world.dir / "tried"); }, 60s));
    const auto report = world.file("report");
    EXPECT_FALSE(has(report, "worked")) << report;
    EXPECT_TRUE(has(report, "git_folder refused")) << report;
    EXPECT_EQ(readFile(world.apart / "lib/own-block.so"), readFile(TEST_PLUGINS "/own-block.so"));
}

// proves X5
TEST_F(TrustedFilesTest, PluginThatAnotherUserCouldHaveReplacedIsRefusedAndStopsNothingElse) {
    usePlugin(linkedLibrary());
    fs::permissions(world.apart / "links", fs::perms::all);
    const auto sentence = (world.apart / "links").string() +
                          " may be written by everybody (mode 0777); chmod o-w " +
                          (world.apart / "links").string();
    world.start();
    EXPECT_TRUE(has(world.log(), sentence)) << world.log();
    EXPECT_TRUE(has(world.orchctl({"plugin", "list"}).out, "refused"));
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
    const auto checked = check();
    EXPECT_EQ(checked.code, 1);
    EXPECT_TRUE(has(checked.err, sentence)) << checked.err;
    const auto doctor = world.orchctl({"doctor", "--config", (world.apart / "orch.yaml").string()});
    EXPECT_TRUE(has(doctor.out, "plugins.own-block.library: " + sentence)) << doctor.out;
}

TEST_F(TrustedFilesTest, AStartAndACheckRefuseWhatAnotherUserCouldHaveReplaced) {
    fs::permissions(world.apart / "bin/orch-shim", fs::perms::all);
    const auto sentence = "the program's orch-shim: " + (world.apart / "bin/orch-shim").string() +
                          " may be written by everybody (mode 0777); chmod o-w ";
    const auto start = world.startRefused();
    EXPECT_EQ(start.code, 1);
    EXPECT_TRUE(has(start.err, sentence)) << start.err;
    const auto checked = check();
    EXPECT_EQ(checked.code, 1);
    EXPECT_TRUE(has(checked.err, sentence)) << checked.err;
}

// proves X5
TEST_F(TrustedFilesTest, NothingIsDoneForAConfigurationThatAnotherUserCouldHaveWritten) {
    world.writeConfig();
    const auto file = world.apart / "orch.yaml";
    fs::permissions(file, fs::perms::all);
    fs::rename(world.repo.path(), world.dir / "elsewhere");
    for (const auto* task : {"--check", "--attack"}) {
        Program program({world.program.string(), "--config", file.string(), task},
                        world.dir / (std::string{task} + ".log"));
        EXPECT_EQ(program.exitCode(), 1) << task;
        EXPECT_EQ(world.file(std::string{task} + ".log"),
                  file.string() + ": the configuration: " + file.string() +
                      " may be written by everybody (mode 0777); chmod o-w " + file.string() +
                      "\n");
    }
    EXPECT_FALSE(fs::exists(world.state / "gitconfig"));
    const auto checked = world.orchctl({"config", "check", file.string()});
    EXPECT_EQ(checked.code, 1);
    EXPECT_TRUE(has(checked.err, "the configuration: ")) << checked.err;
    EXPECT_FALSE(has(checked.err, "repository")) << checked.err;
}

// proves X5: whoever can write the database orders whatever orchd does
TEST_F(TrustedFilesTest, ADatabaseThatAnotherUserCouldHaveMadeIsRefused) {
    const auto folder = world.apart / "shared";
    fs::create_directories(folder);
    world.settings.store = "{path: " + (folder / "orch.db").string() + "}";
    const auto expectRefused = [&](const std::string& sentence) {
        const auto start = world.startRefused();
        EXPECT_EQ(start.code, 1);
        EXPECT_TRUE(has(start.err, sentence)) << start.err;
        EXPECT_TRUE(has(check().err, sentence));
    };
    fs::permissions(folder, fs::perms::all | fs::perms::sticky_bit);
    expectRefused("store.path: " + folder.string() +
                  " may be written by everybody (mode 1777); chmod o-w " + folder.string());
    EXPECT_FALSE(fs::exists(folder / "orch.db"));
    fs::permissions(folder, fs::perms::owner_all);
    for (const auto* beside : {"", "-wal", "-shm", ".lock"}) {
        const auto file = folder / ("orch.db" + std::string{beside});
        createFile(file, "");
        fs::permissions(file, fs::perms(0666));
        expectRefused("store.path: " + file.string() + " may be written by everybody (mode 0666)");
        fs::remove(file);
    }
    world.start();
    EXPECT_TRUE(fs::exists(folder / "orch.db"));
}

// proves X5
TEST_F(TrustedFilesTest, WhatAnotherUserLeftInTheStateFolderIsRefused) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    fs::create_directories(world.state);
    createFile(world.state / "orch.db", "");
    ASSERT_EQ(chown((world.state / "orch.db").c_str(), 54321, 54321), 0);
    const auto sentence = "state_dir: " + (world.state / "orch.db").string() +
                          " belongs to user 54321, who is neither root nor orchd's user";
    EXPECT_TRUE(has(world.startRefused().err, sentence));
    EXPECT_TRUE(has(check().err, sentence));
}

// proves X5
TEST_F(TrustedFilesTest, PromptsAndProgramsThatEverybodyMayWriteAreRefused) {
    const auto prompts = world.apart / "prompts";
    const auto deploy = world.apart / "deploy.sh";
    createFile(deploy, "#!/bin/sh\n");
    fs::permissions(deploy, fs::perms::all);
    fs::permissions(prompts / "development.md", fs::perms::all);
    world.settings.project = "    deploy: {command: [" + deploy.string() + "]}\n";
    const auto said = check();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "deploy.command: " + deploy.string() + " may be written by every"))
        << said.err;
    EXPECT_TRUE(has(said.err, "prompts: " + (prompts / "development.md").string() + " may be"))
        << said.err;
    EXPECT_EQ(world.startRefused().code, 1);
}

// proves X5: with umask 000 any local user became root
TEST_F(TrustedFilesTest, UmaskOpensNothingAndAgentsKeepIt) {
    createFile(world.dir / "open-orchd",
               "#!/bin/sh\numask 000\nexec '" + world.program.string() + "' \"$@\"\n");
    fs::permissions(world.dir / "open-orchd", fs::perms::owner_all);
    world.program = world.dir / "open-orchd";
    fs::create_directories(world.state);
    fs::permissions(world.state, fs::perms::all);
    world.script("developer", "begin; umask >\"$here/umask\"; change; end");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.file("umask"), "0000\n");
    EXPECT_EQ(modeOf(world.state), 0700U);
    EXPECT_TRUE(has(world.log(), "was open to other users (mode 0777); now 0700")) << world.log();
    // The janitor takes folders away while they are walked.
    world.orchd().signal(SIGTERM);
    ASSERT_EQ(world.orchd().exitCode(), 0);
    for (const auto& entry : fs::recursive_directory_iterator(world.state)) {
        const bool agents =
            has(entry.path().string(), "/worktrees/") || has(entry.path().string(), "/tasks/");
        if (entry.is_symlink() || agents) continue;
        EXPECT_EQ(modeOf(entry.path()) & 022U, 0U) << entry.path();
    }
}

// proves X5
TEST_F(TrustedFilesTest, AnotherUsersStateFolderIsRefused) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    fs::create_directories(world.state);
    ASSERT_EQ(chown(world.state.c_str(), 54321, 54321), 0);
    const auto said = world.startRefused();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "belongs to user 54321")) << said.err;
}

}  // namespace orch::testing
