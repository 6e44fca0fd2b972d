#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "base/confinement.hpp"
#include "base/tree.hpp"
#include "launch/launch_fixture.hpp"
#include "launch/spec_file.hpp"

namespace orch {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using enum PathAccess;

/// What the shim makes of a confinement, with the kernel that is there.
struct ConfinementTest : testing::LaunchTest {
    void SetUp() override {
        if (!support.files()) GTEST_SKIP() << describe(support);
        fs::create_directories(dir / "out");
        put("hidden/secret", "s3cret\n");
        put("shown/text", "words\n");
        put("own/file", "mine\n");
    }
    void put(const std::string& name, const std::string& text) const {
        fs::create_directories((dir / name).parent_path());
        replaceFile(dir / name, text, Sync::kNo);
    }
    /// The script, where "hidden" is out of reach, "shown" is read-only and "own" is written.
    [[nodiscard]] StartSpec confined(const std::string& text) const {
        auto spec = script(text);
        spec.folder = dir / "own";
        spec.confinement = Confinement{.paths = {{dir / "hidden", kNone},
                                                 {dir / "shown", kRead},
                                                 {dir / "jobs", kNone},
                                                 {dir / "own", kWrite}}};
        return spec;
    }
    AttemptObservation runConfined(const std::string& text) { return run(confined(text)); }
    int codeOf(const std::string& text) { return runConfined(text).exit->exit_code.value_or(-1); }
    const ConfinementSupport support = confinementSupport();
};

TEST_F(ConfinementTest, WhatIsOutOfReachIsNeitherReadNorListedNorChanged) {
    EXPECT_EQ(codeOf("cat ../hidden/secret || ls ../hidden || echo x >../hidden/new ||"
                     "echo x >>../hidden/secret || mv ../hidden ../gone || exit 7"),
              7)
        << output();
    EXPECT_EQ(file("hidden/secret"), "s3cret\n");
}

TEST_F(ConfinementTest, WhateverLiesBesideWhatIsHiddenIsUsedAsEver) {
    put("file", "text\n");
    put("folder/deep", "deeper\n");
    fs::create_symlink("folder", dir / "link");
    fs::create_symlink("hidden", dir / "hidden-link");
    ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(codeOf("cat ../link/deep ../file && echo x >>../file && mkdir ../folder/new &&"
                     "{ echo through >../pipe & cat ../pipe; } && { cat ../hidden-link/secret ||"
                     "exit 7; }"),
              7)
        << output();
    EXPECT_EQ(file("file"), "text\nx\n");
    EXPECT_THAT(output(), ::testing::StartsWith("deeper\ntext\nthrough\n"));
}

TEST_F(ConfinementTest, WhatIsReadOnlyIsReadAndNotChanged) {
    EXPECT_EQ(codeOf("cat ../shown/text && { echo x >>../shown/text || rm ../shown/text ||"
                     "ln ../shown/text mine || exit 7; }"),
              7);
    EXPECT_THAT(output(), ::testing::StartsWith("words\n"));
    EXPECT_EQ(file("shown/text"), "words\n");
}

TEST_F(ConfinementTest, ItsOwnFolderIsAsEver) {
    EXPECT_EQ(
        codeOf("mkdir a && ln -s ../file a/link && mkfifo a/pipe && mv a b && ln file b/hard &&"
               "echo x >>b/link && rm -r b"),
        0)
        << output();
    EXPECT_EQ(file("own/file"), "mine\nx\n");
}

TEST_F(ConfinementTest, NothingIsEmptiedThatCannotBeWritten) {
    if (!support.truncation()) GTEST_SKIP() << describe(support);
    EXPECT_NE(codeOf("truncate --no-create --size=0 ../hidden/secret"), 0);
    EXPECT_EQ(file("hidden/secret"), "s3cret\n");
}

TEST_F(ConfinementTest, LinkOutOfItsFolderLeadsNowhere) {
    EXPECT_NE(codeOf("ln -s ../hidden/secret way && cat way"), 0);
    EXPECT_NE(output(), "s3cret\n");
}

TEST_F(ConfinementTest, ShimIsNotSignalled) {
    if (!support.signals() && !support.own_processes) GTEST_SKIP() << describe(support);
    const auto proc = startAndAwait(
        confined("while ! test -s shim; do sleep 0.01; done; kill -9 $(cat shim) || exit 7"));
    put("own/shim", std::to_string(proc.shim.pid));
    EXPECT_EQ(heard.awaitEnd(kKey).exit->exit_code, 7);
}

TEST_F(ConfinementTest, OtherProcessesAreNotLookedInto) {
    const auto self = std::to_string(getpid());
    EXPECT_EQ(codeOf("cat /proc/" + self + "/environ || readlink /proc/" + self +
                     "/fd/1 || head -c1 /proc/" + self + "/mem || exit 7"),
              7)
        << output();
}

TEST_F(ConfinementTest, ShimStillWritesHowItEndedAndEndsWhatWasLeft) {
    const auto unique = "1000." + std::to_string(getpid());
    const auto seen = runConfined("setsid sleep " + unique + " & exit 3");
    EXPECT_EQ(seen.exit->exit_code, 3);
    EXPECT_EQ(testing::processesWith(unique), 0);
}

TEST_F(ConfinementTest, ProcRecordSaysWhatIsInForce) {
    const auto seen = runConfined("exit 0");
    EXPECT_EQ(seen.proc->confinement, describe(support));
}

TEST_F(ConfinementTest, WhatItStartsIsConfinedToo) {
    EXPECT_EQ(codeOf("sh -c 'setsid sh -c \"cat ../hidden/secret\"' || exit 7"), 7);
}

TEST_F(ConfinementTest, WithoutOneNothingIsClaimed) {
    EXPECT_EQ(run(script("cat hidden/secret")).proc->confinement, "");
    EXPECT_EQ(output(), "s3cret\n");
}

namespace {

/// A file system in user space of this user, with nobody who answers for it.
class HostileMount {
public:
    HostileMount(fs::path folder, int user) : folder_(std::move(folder)) {
        fs::create_directory(folder_);
        const auto words = "fd=" + std::to_string(fuse_.get()) +
                           ",rootmode=40000,user_id=" + std::to_string(user) + ",group_id=0";
        constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV;
        mounted_ = mount("hostile", folder_.c_str(), "fuse", kFlags, words.c_str()) == 0;
    }
    HostileMount(const HostileMount&) = delete;
    HostileMount& operator=(const HostileMount&) = delete;
    ~HostileMount() {
        if (!mounted_) return;
        EXPECT_EQ(umount2(folder_.c_str(), MNT_DETACH), 0);
    }
    explicit operator bool() const { return mounted_; }

private:
    fs::path folder_;
    UniqueFd fuse_{open("/dev/fuse", O_RDWR | O_CLOEXEC)};
    bool mounted_ = false;
};

}  // namespace

/// Folders that anybody can write, while the rules about paths are made.
struct SharedFolderTest : ConfinementTest {
    static constexpr int kStarts = 20;

    ~SharedFolderTest() override {
        if (shared) deleteTree(shared->path());
    }
    void SetUp() override {
        ConfinementTest::SetUp();
        if (IsSkipped()) return;
        if (access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "no /dev/shm that we may write";
        shared.emplace("/dev/shm");
    }
    /// The codes of so many starts in turn, with rules that must list `beside`.
    std::vector<int> startsBeside(const fs::path& beside) {
        std::vector<int> codes;
        for (int i = 0; i < kStarts; ++i) {
            auto spec = confined("cat ../hidden/secret || exit 7");
            spec.key = {JobId{7}, ++attempts};
            spec.confinement->paths.push_back({beside / "guarded", kNone});
            const auto seen = run(spec);
            codes.push_back(seen.exit ? seen.exit->exit_code.value_or(-1) : -1);
            if (codes.back() != 7) ADD_FAILURE() << output(spec.key);
        }
        return codes;
    }
    /// Makes, exchanges and removes folders, links and pipes until told.
    void churn(const std::string& name, const std::atomic<bool>& enough) const {
        constexpr int kTogether = 300;
        const auto each = [&](auto change) {
            for (int i = 0; i < kTogether; ++i)
                change((*shared / name).string() + std::to_string(i));
        };
        while (!enough) {
            each([](const std::string& path) { mkdir(path.c_str(), 0700); });
            each([](const std::string& path) { rmdir(path.c_str()); });
            each([](const std::string& path) { (void)!symlink("/etc", path.c_str()); });
            each([](const std::string& path) { unlink(path.c_str()); });
            each([](const std::string& path) { mkfifo(path.c_str(), 0600); });
            each([](const std::string& path) { unlink(path.c_str()); });
        }
    }
    std::optional<testing::TempDir> shared;
    int attempts = 0;
};

// proves X5
TEST_F(SharedFolderTest, ChangesInThemMeanwhileFailNoStart) {
    std::atomic<bool> enough = false;
    std::vector<std::thread> hostile;
    for (const auto* name : {"a", "b", "c", "d"}) {
        hostile.emplace_back([&, name] { churn(name, enough); });
    }
    const auto codes = startsBeside(shared->path());
    enough = true;
    for (auto& thread : hostile) thread.join();
    EXPECT_THAT(codes, ::testing::Each(7));
}

// proves X5
TEST_F(SharedFolderTest, HowDeepTheyAreCostsNoStartAnything) {
    constexpr int kDepth = 8000;
    UniqueFd here{open(shared->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; i < kDepth; ++i) {
        ASSERT_EQ(mkdirat(here.get(), "d", 0700), 0);
        here = UniqueFd{openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        ASSERT_TRUE(here);
    }
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(startsBeside(shared->path()), ::testing::Each(7));
    // A walk through them takes some seconds each time.
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{60});
}

TEST_F(SharedFolderTest, TooManyEntriesBesideAGuardedPathAreOutOfReach) {
    constexpr int kMany = 10'001;
    for (int i = 0; i < kMany; ++i) std::ofstream(*shared / std::to_string(i)) << "x";
    fs::create_directory(*shared / "guarded");
    auto spec = confined("cat " + (*shared / "1").string() + " && exit 1; cat " +
                         (*shared / "own/file").string() + " && exit 7");
    fs::create_directory(*shared / "own");
    replaceFile(*shared / "own/file", "reached\n", Sync::kNo);
    spec.confinement->paths.push_back({*shared / "guarded", kNone});
    spec.confinement->paths.push_back({*shared / "own", kWrite});
    EXPECT_EQ(run(spec).exit->exit_code, 7) << output();
    EXPECT_THAT(output(),
                HasSubstr(shared->path().string() + " has more than 10000 entries beside what is "
                                                    "guarded in there: the others are out of "
                                                    "reach"));
    EXPECT_THAT(output(), HasSubstr("reached"));
}

/// Of another user, whom root cannot look at either; and of one that never answers.
TEST_F(SharedFolderTest, FileSystemThatIsNotShownOrHangsBesideAGuardedPathFailsNoStart) {
    for (const int user : {65534, 0}) {
        const HostileMount theirs(*shared / std::to_string(user), user);
        if (!theirs) GTEST_SKIP() << "no file system of that kind can be mounted here";
        EXPECT_THAT(startsBeside(shared->path()), ::testing::Each(7));
    }
}

struct RunAsTest : ConfinementTest {
    void SetUp() override {
        if (!support.may_run_as) GTEST_SKIP() << "only root becomes another user";
    }
    static UserIds nobody() { return {"nobody", 65534, 65534, {65534}}; }
};

TEST_F(RunAsTest, AgentIsTheOtherUserForGood) {
    auto spec = script("id -u; id -G; grep NoNewPrivs /proc/self/status");
    spec.folder = "/";
    spec.confinement = Confinement{.user = nobody()};
    const auto seen = run(spec);
    EXPECT_EQ(output(), "65534\n65534\nNoNewPrivs:\t1\n");
    EXPECT_EQ(seen.proc->confinement, "user nobody");
}

TEST_F(RunAsTest, PromptIsReadAndNothingElseOfTheAttempt) {
    chmod(dir.path().c_str(), 0711);
    auto spec = script("cd " + inFolder("").string() + " && cat prompt.md && ! cat spec.json");
    spec.folder = "/";
    spec.confinement = Confinement{.user = nobody()};
    EXPECT_EQ(run(spec).exit->exit_code, 0) << output();
}

TEST(ConfinedSpecTest, ShimsThatDoNotKnowConfinementRefuseIt) {
    ShimSpec spec;
    spec.start.command = {"x"};
    EXPECT_THAT(encodeSpec(spec), HasSubstr("\"format\": 1"));
    spec.start.confinement = Confinement{};
    constexpr int kNewestThatTheFirstShimsTook = 2;
    EXPECT_GT(kConfinedSpecFormat, kNewestThatTheFirstShimsTook);
    EXPECT_THAT(encodeSpec(spec), HasSubstr("\"format\": 3"));
}

TEST(ConfinedSpecTest, ConfinementComesBackAsItWas) {
    ShimSpec spec;
    spec.start.command = {"x"};
    spec.start.confinement =
        Confinement{true, {{"/a", kNone}, {"/b", kWrite}}, UserIds{"u", 7, 8, {9}}};
    EXPECT_EQ(decodeSpec(encodeSpec(spec)).start.confinement, spec.start.confinement);
}

TEST(ConfinedSpecTest, OneThatAnOrchdBefore02WroteIsRead) {
    const auto spec = decodeSpec(
        R"({"format": 3, "job": 3, "attempt": 1, "mark": "3.1-x", "command": ["x"],
            "folder": "/w", "environment": [], "timeout_ms": 0, "stall_ms": 0, "grace_ms": 300,
            "output_limit": 1, "confinement": {"required": false, "paths": [
              {"path": "/repos/p.git", "access": "none"},
              {"path": "/repos/p.git/objects", "access": "plain"}]}})");
    EXPECT_EQ(spec.mark, "3.1-x");
    EXPECT_EQ(spec.start.grace, Milliseconds{300});
    EXPECT_EQ(spec.start.confinement->paths[1].access, kWrite);
    EXPECT_TRUE(spec.start.confinement->isolated());
}

}  // namespace orch
