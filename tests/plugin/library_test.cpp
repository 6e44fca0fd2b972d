#include "plugin/library.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "plugin/test_plugins.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

namespace fs = std::filesystem;

struct LibraryTest : ::testing::Test {
    testing::TempDir state;
    const fs::path folder = state / ".loaded";
    LibraryLoader loader{folder};

    std::unique_ptr<Library> load(const std::string& plugin) {
        return loader.load("good", testing::testPlugin(plugin), ++generation);
    }
    std::string refusal(const std::string& plugin) {
        try {
            (void)load(plugin);
            return "";
        } catch (const PluginError& error) {
            return error.what();
        }
    }
    [[nodiscard]] std::vector<fs::path> copies() const {
        return {fs::directory_iterator(folder), fs::directory_iterator()};
    }
    static int tick(const Library& library) {
        auto* const instance = library.table().entries->create(nullptr, {}, {});
        return library.table().entries->tick(instance, nullptr, {});
    }
    /// Keeps the library of the only copy in the process, as a pinned one would be.
    [[nodiscard]] std::shared_ptr<void> pin() const {
        return {dlopen(copies().at(0).c_str(), RTLD_NOW | RTLD_NOLOAD), &dlclose};
    }

    std::int64_t generation = 0;
};

std::size_t mappings() {
    std::ifstream maps("/proc/self/maps");
    return static_cast<std::size_t>(
        std::count(std::istreambuf_iterator<char>(maps), std::istreambuf_iterator<char>(), '\n'));
}

// proves H1
TEST_F(LibraryTest, ALibraryIsLoadedAndItsPluginCanBeCalled) {
    const auto library = load("good");
    EXPECT_EQ(library->table().id, "good");
    EXPECT_EQ(library->sha256(), sha256(*readFile(testing::testPlugin("good"))));
    EXPECT_EQ(tick(*library), 1);
    EXPECT_EQ(tick(*library), 2);
}

// proves H2, H7
TEST_F(LibraryTest, WhatTheSdkBuildsIsLoadedAndSaysWhatItIs) {
    const auto library = loader.load("disk-watch", testing::testPlugin("disk-watch"), 1);
    const auto& table = library->table();
    EXPECT_EQ(table.version, "1.0.0");
    EXPECT_EQ(table.interval, std::chrono::seconds{60});
    EXPECT_EQ(table.kill_switch, "ORCH_DISK_WATCH_ENABLED");
    EXPECT_EQ(table.needs, std::vector<std::string>{"notify.send"});
    EXPECT_THAT(table.settings_schema, StartsWith("{\"type\":\"object\""));
    EXPECT_EQ(library->unload(), Library::End::kGone);
}

TEST_F(LibraryTest, WhatRunsIsThePrivateCopy) {
    const auto library = load("good");
    Dl_info where{};
    ASSERT_NE(dladdr(library->table().entries, &where), 0);
    EXPECT_EQ(where.dli_fname, copies().at(0));
}

TEST_F(LibraryTest, AnUnloadedLibraryLeavesNothingBehind) {
    const auto library = load("good");
    const auto copy = copies().at(0);
    EXPECT_TRUE(isLoaded(copy));
    EXPECT_EQ(library->unload(), Library::End::kGone);
    EXPECT_FALSE(isLoaded(copy));
    EXPECT_THAT(copies(), IsEmpty());
}

TEST_F(LibraryTest, ALibraryThatIsLetGoOfIsUnloaded) {
    { const auto library = load("good"); }
    EXPECT_THAT(copies(), IsEmpty());
    EXPECT_EQ(loader.stuck("good"), 0);
}

TEST_F(LibraryTest, ASecondGenerationBesideTheFirstHasVariablesOfItsOwn) {
    const auto first = load("good");
    EXPECT_EQ(tick(*first), 1);
    const auto second = load("good");
    EXPECT_EQ(tick(*second), 1);
    EXPECT_EQ(tick(*first), 2);
}

TEST_F(LibraryTest, AGenerationAfterTheFirstBeginsAnew) {
    EXPECT_EQ(tick(*load("good")), 1);
    EXPECT_EQ(tick(*load("good")), 1);
}

TEST_F(LibraryTest, WritingOverTheFileDoesNotTouchWhatIsLoaded) {
    const auto original = state / "good.so";
    fs::copy_file(testing::testPlugin("good"), original);
    const auto library = loader.load("good", original, 1);
    std::ofstream(original, std::ios::trunc | std::ios::binary) << std::string(8192, '\xcc');
    EXPECT_EQ(tick(*library), 1);
    EXPECT_EQ(library->table().entries->get_extension("x"), nullptr);
    EXPECT_EQ(library->unload(), Library::End::kGone);
}

TEST_F(LibraryTest, ANewFileUnderTheSameNameIsWhatIsLoadedNext) {
    const auto original = state / "good.so";
    fs::copy_file(testing::testPlugin("good"), original);
    const auto first = loader.load("good", original, 1);
    fs::copy_file(
        testing::testPlugin("good_versioned"), original, fs::copy_options::overwrite_existing);
    EXPECT_NE(loader.load("good", original, 2)->sha256(), first->sha256());
}

TEST_F(LibraryTest, TwoHundredGenerationsDoNotGrowTheProcess) {
    for (int warm_up = 0; warm_up < 20; ++warm_up) tick(*load("good"));
    const auto before = mappings();
    for (int cycle = 0; cycle < 200; ++cycle) {
        const auto library = load("good");
        tick(*library);
        ASSERT_EQ(library->unload(), Library::End::kGone);
    }
    EXPECT_LE(mappings(), before + 4);  // the heap's own
    EXPECT_THAT(copies(), IsEmpty());
}

TEST_F(LibraryTest, ALibraryThatStaysIsReportedAndCountedUntilItHasGone) {
    const auto library = load("good");
    auto pinned = pin();
    EXPECT_EQ(library->unload(), Library::End::kStuck);
    EXPECT_EQ(loader.stuck("good"), 1);
    EXPECT_EQ(loader.stuck("other"), 0);
    pinned.reset();
    EXPECT_EQ(loader.stuck("good"), 0);
    EXPECT_THAT(copies(), IsEmpty());
}

TEST_F(LibraryTest, WithTooManyStuckLibrariesOfAPluginNoMoreIsLoaded) {
    std::vector<std::shared_ptr<void>> pins;
    for (int i = 0; i < LibraryLoader::kMostStuck; ++i) {
        const auto library = load("good");
        for (const auto& copy : copies()) {
            pins.emplace_back(dlopen(copy.c_str(), RTLD_NOW | RTLD_NOLOAD), &dlclose);
        }
    }
    EXPECT_THAT(refusal("good"), HasSubstr("8 older libraries of good could not be unloaded"));
    EXPECT_THROW((void)loader.load("other", testing::testPlugin("no_tick"), 1), PluginError);
    pins.clear();
    EXPECT_EQ(refusal("good"), "");
}

TEST_F(LibraryTest, SeveralThreadsMayLoadAtTheSameTime) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int cycle = 0; cycle < 10; ++cycle) {
                const auto library = loader.load("good", testing::testPlugin("good"), thread);
                EXPECT_EQ(tick(*library), 1);
                EXPECT_EQ(library->unload(), Library::End::kGone);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(copies(), IsEmpty());
}

struct PinnedLibraryTest : ::testing::TestWithParam<const char*> {};

/// Why these are refused unseen: nothing gets them out of the process again.
TEST_P(PinnedLibraryTest, WouldStayInTheProcessForEver) {
    const auto file = testing::testPlugin(GetParam());
    auto* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(handle, nullptr) << dlerror();
    using EntryPoint = const orch_plugin* (*)();
    const auto entry_point = reinterpret_cast<EntryPoint>(dlsym(handle, "orch_plugin_v1"));
    entry_point()->tick(nullptr, nullptr, {});
    EXPECT_EQ(dlclose(handle), 0);
    EXPECT_TRUE(isLoaded(file));
}

INSTANTIATE_TEST_SUITE_P(Zoo,
                         PinnedLibraryTest,
                         ::testing::Values("unique", "nodelete", "thread_local_destructor"),
                         [](const auto& plugin) { return std::string{plugin.param}; });

struct Refusal {
    const char* plugin;
    const char* words;
};
struct RefusedLibraryTest : LibraryTest, ::testing::WithParamInterface<Refusal> {};

TEST_P(RefusedLibraryTest, IsRefusedWithASentenceAndUnloaded) {
    const auto sentence = refusal(GetParam().plugin);
    EXPECT_THAT(sentence, StartsWith(testing::testPlugin(GetParam().plugin).string() + " "));
    EXPECT_THAT(sentence, HasSubstr(GetParam().words));
    EXPECT_THAT(copies(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Zoo,
    RefusedLibraryTest,
    ::testing::Values(
        Refusal{"unique", "unique in the process"},
        Refusal{"missing_function", "cannot be loaded: undefined symbol: nobody_has_this"},
        Refusal{"no_table", "answers orch_plugin_v1() with no table"},
        Refusal{"other_version", "is built for version 2 of the plugin interface"},
        Refusal{"small_table", "has a table of 40 bytes"},
        Refusal{"no_tick", "has no tick: build it with the SDK of this orchd"},
        Refusal{"other_id", "is the plugin other, not good: write plugins.other"},
        Refusal{"bad_id", "calls itself \"Good Plugin\": an id is"},
        Refusal{"throws", "threw when it was asked for its table: no extensions today"}),
    [](const auto& refusal) { return std::string{refusal.param.plugin}; });

TEST_F(LibraryTest, AllThatIsWrongWithAFileIsSaidAtOnce) {
    EXPECT_THAT(refusal("unique"), HasSubstr("besides orch_plugin_v1"));
    EXPECT_THAT(refusal("unique"), HasSubstr("; build it with orch_add_plugin(). It also defines"));
}

TEST_F(LibraryTest, ACutFileIsRefused) {
    const auto cut = state / "cut.so";
    fs::copy_file(testing::testPlugin("good"), cut);
    fs::resize_file(cut, fs::file_size(cut) - 1);
    EXPECT_THROW((void)loader.load("good", cut, 1), PluginError);
}

TEST_F(LibraryTest, ANameThatCouldLeadElsewhereIsNone) {
    EXPECT_THROW((void)loader.load("../good", testing::testPlugin("good"), 1), PluginError);
    EXPECT_THAT(copies(), IsEmpty());
}

TEST(NoexecTest, AFolderThatNothingMayRunFromIsTheReasonGiven) {
    struct statvfs info {};
    const fs::path shm = "/dev/shm";
    if (statvfs(shm.c_str(), &info) != 0 || (info.f_flag & ST_NOEXEC) == 0) {
        GTEST_SKIP() << "no file system here is mounted noexec";
    }
    const testing::TempDir state(shm);
    LibraryLoader loader(state / ".loaded");
    try {
        (void)loader.load("good", testing::testPlugin("good"), 1);
        FAIL() << "it was loaded";
    } catch (const PluginError& error) {
        EXPECT_THAT(error.what(), HasSubstr("is mounted noexec: put state_dir where"));
    }
}

}  // namespace orch
