#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

// Two projects, and the repository of one, or orchd's copy of it, is broken in a way of its own.

namespace orch::testing {

namespace fs = std::filesystem;

struct Broken {
    GitRepo repo;
    fs::path mirror, aside;
};

/// One way to break it, what orchd says of it, and how a person mends it.
struct Way {
    std::string name;
    std::function<void(const Broken&)> breakIt;
    std::string says;
    std::function<void(const Broken&)> mend;
    bool later = false;  ///< there was a start before, so the mirror is there
};

void setAside(const fs::path& what, const Broken& broken) {
    fs::rename(what, broken.aside);
}
fs::path treeOf(const Broken& broken) {
    const auto tree = broken.repo.git({"log", "-1", "--format=%T"});
    return broken.repo.path() / ".git/objects" / tree.substr(0, 2) / tree.substr(2);
}
void replaceInMirror(const Broken& broken, const char* file, const std::string& text) {
    if (fs::exists(broken.mirror / file)) fs::copy_file(broken.mirror / file, broken.aside);
    ensureFolder((broken.mirror / file).parent_path());
    replaceFile(broken.mirror / file, text, Sync::kNo);
}
void makeMirrorAnew(const Broken& broken) {
    // At one go: orchd may be looking at it.
    fs::rename(broken.mirror, broken.aside.string() + ".mirror");
}

std::vector<Way> ways() {
    return {
        {"Gone",
         [](auto& it) { setAside(it.repo.path(), it); },
         "there is no such folder",
         [](auto& it) { fs::rename(it.aside, it.repo.path()); }},
        {"LinkThatLeadsInACircle",
         [](auto& it) {
             setAside(it.repo.path(), it);
             fs::create_symlink(it.repo.path(), it.repo.path());
         },
         "symbolic link",
         [](auto& it) {
             fs::remove(it.repo.path());
             fs::rename(it.aside, it.repo.path());
         }},
        {"NoRepository",
         [](auto& it) { setAside(it.repo.path() / ".git", it); },
         "not a git repository",
         [](auto& it) { fs::rename(it.aside, it.repo.path() / ".git"); }},
        {"WithoutItsBase",
         [](auto& it) {
             it.repo.git({"branch", "-m", "trunk"});
         },
         "no branch main; there are trunk",
         [](auto& it) {
             it.repo.git({"branch", "-m", "main"});
         }},
        {"Unreadable",
         [](auto& it) { fs::permissions(it.repo.path(), fs::perms::none); },
         "the user who runs orchd ",
         [](auto& it) { fs::permissions(it.repo.path(), fs::perms::owner_all); }},
        {"WithHooksOfEverybody",
         [](auto& it) {
             fs::create_directories(it.repo.path() / ".git/hooks");
             fs::permissions(it.repo.path() / ".git/hooks", fs::perms::all);
         },
         ".git/hooks may be written by everybody (mode 0777); chmod o-w ",
         [](auto& it) { fs::permissions(it.repo.path() / ".git/hooks", fs::perms::owner_all); }},
        {"WithoutAnObject",
         [](auto& it) { setAside(treeOf(it), it); },
         "fetch of main from",
         [](auto& it) { fs::rename(it.aside, treeOf(it)); }},
        {"EmptyRefInTheMirror",
         [](auto& it) { replaceInMirror(it, "refs/orch/T-999", ""); },
         "is damaged (git: ",
         [](auto& it) { fs::remove(it.mirror / "refs/orch/T-999"); },
         true},
        {"GarbageAsTheMirrorsHead",
         [](auto& it) { replaceInMirror(it, "HEAD", "garbage\n"); },
         "is damaged (git: ",
         makeMirrorAnew,
         true},
        {"GarbageAsTheMirrorsConfig",
         [](auto& it) { replaceInMirror(it, "config", "[core\n"); },
         "is damaged (git: ",
         makeMirrorAnew,
         true},
        {"GarbageAsTheMirrorsPackedRefs",
         [](auto& it) { replaceInMirror(it, "packed-refs", "garbage\n"); },
         "is damaged (git: ",
         makeMirrorAnew,
         true},
        {"FileForTheMirror",
         [](auto& it) {
             setAside(it.mirror, it);
             replaceFile(it.mirror, "no folder\n", Sync::kNo);
         },
         "mirror",
         [](auto& it) {
             fs::remove(it.mirror);
             fs::rename(it.aside, it.mirror);
         },
         true},
    };
}

class HeldProjectTest : public ::testing::TestWithParam<Way> {
protected:
    HeldProjectTest() {
        world.settings.projects =
            "  - {name: other, repo: {forge: local, path: {apart}/other, base: main}}";
    }
    ~HeldProjectTest() override {
        std::error_code error;  // so that its folder can be removed whatever happened
        fs::permissions(other.repo.path(), fs::perms::owner_all, error);
    }

    bool projectsSay(const std::string& part) {
        std::string said;
        const bool seen = eventually([&] {
            said = world.orchctl({"--json", "project", "list"}).out;
            return has(said, part);
        });
        EXPECT_TRUE(seen) << said;
        return seen;
    }
    std::string charged() {
        return world.one(
            "SELECT coalesce(sum(failures+lost_count), 0) || ' ' || "
            "(SELECT count(*) FROM attempts WHERE job_id IN (SELECT id FROM jobs WHERE "
            "project='other')) FROM jobs WHERE project='other'");
    }

    Installation world;
    Broken other{GitRepo::create(world.apart / "other"),
                 world.state / "mirrors/other.git",
                 world.apart / "aside"};
};

// proves X2
TEST_P(HeldProjectTest, ItIsHeldWithTheReasonTheOtherIsServedAndItOpensByItself) {
    const auto& way = GetParam();
    if (way.name == "Unreadable" && geteuid() == 0) GTEST_SKIP() << "root may read everything";
    if (way.later) {
        world.start();
        ASSERT_TRUE(projectsSay(R"("open")"));
        ASSERT_TRUE(eventually([&] { return fs::exists(other.mirror / "refs/base"); }));
        world.kill9();
    }
    way.breakIt(other);
    world.start();
    const auto held = world.addTask("A change", "other");
    const auto served = world.addTask();
    EXPECT_TRUE(world.taskBecomes(served, "done"));
    ASSERT_TRUE(projectsSay(way.says));
    EXPECT_TRUE(has(world.orchctl({"explain", held}).out, "project other is held since "));
    EXPECT_TRUE(has(world.orchctl({"status"}).out, "project other is held since "));
    const auto doctor = world.orchctl({"doctor", "--config", (world.apart / "orch.yaml").string()});
    EXPECT_TRUE(has(doctor.out, "project other: held by the orchd that runs: ")) << doctor.out;
    EXPECT_EQ(charged(), "0 0");
    world.pullThePlug();
    ASSERT_TRUE(projectsSay(way.says));
    EXPECT_EQ(charged(), "0 0");
    way.mend(other);
    EXPECT_TRUE(world.taskBecomes(held, "done", 90s)) << world.log();
    EXPECT_EQ(world.one("SELECT sum(failures+lost_count) FROM jobs"), "0");
    // Once a cause: git's words may come in another order.
    EXPECT_EQ(world.one("SELECT count(*) = count(DISTINCT decision) AND count(*) > 0 FROM journal "
                        "WHERE rule='project_held'"),
              "1");
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule='project_open'"), "1");
}

INSTANTIATE_TEST_SUITE_P(Of, HeldProjectTest, ::testing::ValuesIn(ways()), [](const auto& each) {
    return each.param.name;
});

/// One row that nobody can read, or whose project or stage is not there any more.
struct BadRow {
    std::string name, sql;
};

class BadRowTest : public ::testing::TestWithParam<BadRow> {
protected:
    Installation world;
};

// proves X2
TEST_P(BadRowTest, ItKeepsNeitherTheStartNorOtherTasksFromTheirWay) {
    world.script("developer", "begin; hold");
    world.start();
    const auto bad = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    world.kill9();
    world.execute(GetParam().sql);
    world.script("developer", "begin; change; end");
    world.start();
    const auto good = world.addTask();
    EXPECT_TRUE(world.taskBecomes(good, "done"));
    world.pullThePlug();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
}

INSTANTIATE_TEST_SUITE_P(
    Of,
    BadRowTest,
    ::testing::Values(
        BadRow{"AStateNobodyKnows", "UPDATE tasks SET state='dreaming' WHERE id=1"},
        BadRow{"ProgressThatIsNoJson", "UPDATE tasks SET progress='{' WHERE id=1"},
        BadRow{"AProjectThatIsGone", "UPDATE tasks SET project='gone' WHERE id=1"},
        BadRow{"AJobOfAProjectThatIsGone", "UPDATE jobs SET project='gone' WHERE id=1"},
        BadRow{"AJobsPayloadThatIsNoJson", "UPDATE jobs SET payload='{' WHERE id=1"},
        BadRow{"AJobsKindNobodyKnows", "UPDATE jobs SET kind='dream' WHERE id=1"},
        BadRow{"AJobsStageThatIsGone", "UPDATE jobs SET stage='gone' WHERE id=1"},
        BadRow{"AnOutcomeNobodyKnows", "UPDATE attempts SET outcome='dreamt' WHERE job_id=1"}),
    [](const auto& each) { return each.param.name; });

}  // namespace orch::testing
