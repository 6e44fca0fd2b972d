#include <dlfcn.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "orch/testing.hpp"

namespace orch {

/// A plugin that was built when version 1.0 was new, not again since: as an author's would be.
class OldBinaryTest : public testing::Test {
protected:
    void SetUp() override {
#if defined(__x86_64__)
        library_.reset(dlopen(ORCH_ABI_FOLDER "/data/plugin_abi_1_0_x86_64.so", RTLD_NOW));
        ASSERT_NE(library_, nullptr) << dlerror();
        const auto entry =
            reinterpret_cast<decltype(&orch_plugin_v1)>(dlsym(library_.get(), "orch_plugin_v1"));
        ASSERT_NE(entry, nullptr) << dlerror();
        table_ = entry();
#else
        GTEST_SKIP() << "the kept plugin was built for x86_64";
#endif
    }
    struct Close {
        void operator()(void* library) const { dlclose(library); }
    };
    std::unique_ptr<void, Close> library_;
    const orch_plugin* table_ = nullptr;
    FakeHost host_;
};

TEST_F(OldBinaryTest, ItsTableIsUnderstood) {
    EXPECT_EQ(table_->abi, ORCH_ABI_MAJOR << 16);
    EXPECT_TRUE(ORCH_HAS(table_, orch_plugin, get_extension));
    EXPECT_STREQ(table_->id, "abi-1-0");
    EXPECT_STREQ(table_->version, "1.0.0");
    EXPECT_STREQ(table_->kill_switch, "ORCH_ABI_1_0_ENABLED");
    EXPECT_STREQ(table_->block, "abi_1_0");
    EXPECT_STREQ(table_->needs, "jobs.running");
    EXPECT_EQ(table_->interval_ms, 1000);
}

// proves H7
TEST_F(OldBinaryTest, ItTicksCallsAndShowsWhatItHeard) {
    host_.reply("jobs.running", R"({"self":"alive","jobs":[]})");
    {
        FakePlugin plugin{host_, *table_};
        EXPECT_TRUE(plugin.tick().ok());
        EXPECT_TRUE(plugin.tick().ok());
        EXPECT_EQ(plugin.snapshot().text, R"({"ticks":2,"heard":26})");
    }
    EXPECT_EQ(host_.calls("jobs.running").size(), 2U);
    EXPECT_EQ(host_.logs().at(0).text, "created");
    EXPECT_EQ(host_.logs().at(1).text, "destroyed");
}

TEST_F(OldBinaryTest, ItSeesACancelAndARefusal) {
    FakePlugin plugin{host_, *table_};
    host_.cancel();
    EXPECT_EQ(plugin.tick().status, ORCH_CANCELLED);
    host_.fail("jobs.running", ORCH_UNAVAILABLE, "busy");
    const auto failed = plugin.tick();
    EXPECT_EQ(failed.status, ORCH_UNAVAILABLE);
    EXPECT_EQ(failed.text, "jobs.running failed");
}

TEST_F(OldBinaryTest, ItKeepsItsStateAndRunsItsJobs) {
    FakePlugin plugin{host_, *table_};
    EXPECT_TRUE(plugin.load(1, "41").ok());
    EXPECT_EQ(plugin.save().text, "41");
    EXPECT_EQ(plugin.load(2, "41").text, "another schema");
    EXPECT_EQ(plugin.run({.id = 1, .attempt = 1}).text, R"({"result":"again","in_ms":1000})");
    EXPECT_STREQ(static_cast<const orch_ext_jobs*>(table_->get_extension(ORCH_EXT_JOBS))->agents,
                 "abi-agent");
}

TEST_F(OldBinaryTest, ItsRefusalToBeginIsASentence) {
    try {
        const FakePlugin plugin{host_, *table_, ""};
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "no settings");
    }
}

}  // namespace orch
