#include "plugin/plugin_table.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/error.hpp"

namespace orch {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

orch_instance* create(const orch_host* /*host*/, orch_text /*settings*/, orch_sink /*error*/) {
    return nullptr;
}
int32_t tick(orch_instance* /*instance*/, const orch_tick* /*tick*/, orch_sink /*error*/) {
    return ORCH_OK;
}
void destroy(orch_instance* /*instance*/) {}
int32_t save(orch_instance* /*instance*/, orch_sink /*state*/, orch_sink /*error*/) {
    return ORCH_OK;
}
int32_t load(orch_instance* /*instance*/, uint32_t /*schema*/, orch_text /*state*/, orch_sink) {
    return ORCH_OK;
}
int32_t snapshot(orch_instance* /*instance*/, orch_sink /*object*/) {
    return ORCH_OK;
}
int32_t run(orch_instance*, const orch_tick*, orch_text /*job*/, orch_sink, orch_sink) {
    return ORCH_OK;
}

/// What the plugin under test answers; get_extension has no context.
struct Extensions {
    orch_ext_state state{sizeof(orch_ext_state), 1, save, load};
    orch_ext_snapshot snapshot{sizeof(orch_ext_snapshot), 0, orch::snapshot};
    orch_ext_jobs jobs{sizeof(orch_ext_jobs), 0, "gardener night-watch", run};
};
Extensions extensions;

const void* getExtension(const char* id) {
    if (std::strcmp(id, ORCH_EXT_STATE) == 0) return &extensions.state;
    if (std::strcmp(id, ORCH_EXT_SNAPSHOT) == 0) return &extensions.snapshot;
    return std::strcmp(id, ORCH_EXT_JOBS) == 0 ? &extensions.jobs : nullptr;
}
const void* noExtension(const char* /*id*/) {
    return nullptr;
}

struct PluginTableTest : ::testing::Test {
    orch_plugin table{.size = sizeof(orch_plugin),
                      .abi = ORCH_ABI,
                      .id = "disk-watch",
                      .version = "1.0.0",
                      .kill_switch = "ORCH_DISK_WATCH_ENABLED",
                      .block = nullptr,
                      .needs = nullptr,
                      .settings_schema = nullptr,
                      .interval_ms = 60'000,
                      .create = create,
                      .tick = tick,
                      .destroy = destroy,
                      .get_extension = noExtension};

    PluginTableTest() { extensions = {}; }
    [[nodiscard]] std::string refusal() const {
        try {
            (void)readTable(&table, "disk-watch");
            return "";
        } catch (const PluginError& error) {
            return error.what();
        }
    }
};

TEST_F(PluginTableTest, APluginNeedsNoMoreThanItsName) {
    const auto plugin = readTable(&table, "disk-watch");
    EXPECT_EQ(plugin.id, "disk-watch");
    EXPECT_EQ(plugin.version, "1.0.0");
    EXPECT_EQ(plugin.kill_switch, "ORCH_DISK_WATCH_ENABLED");
    EXPECT_EQ(plugin.interval, 60s);
    EXPECT_EQ(plugin.entries, &table);
    EXPECT_THAT(plugin.needs, IsEmpty());
    EXPECT_EQ(plugin.settings_schema, "");
}

TEST_F(PluginTableTest, TheBlockIsTheIdUnlessItIsGiven) {
    EXPECT_EQ(readTable(&table, "disk-watch").block, "disk_watch");
    table.block = "disks";
    EXPECT_EQ(readTable(&table, "disk-watch").block, "disks");
}

TEST_F(PluginTableTest, NeedsAreWords) {
    table.needs = "  jobs.running notify.send ";
    EXPECT_THAT(readTable(&table, "disk-watch").needs, ElementsAre("jobs.running", "notify.send"));
}

TEST_F(PluginTableTest, ExtensionsAreFound) {
    table.get_extension = getExtension;
    const auto plugin = readTable(&table, "disk-watch");
    EXPECT_EQ(plugin.state, &extensions.state);
    EXPECT_EQ(plugin.snapshot, &extensions.snapshot);
    EXPECT_EQ(plugin.jobs, &extensions.jobs);
    EXPECT_THAT(plugin.agents, ElementsAre("gardener", "night-watch"));
}

TEST_F(PluginTableTest, ExtensionsMayBeMissing) {
    const auto plugin = readTable(&table, "disk-watch");
    EXPECT_EQ(plugin.state, nullptr);
    EXPECT_EQ(plugin.snapshot, nullptr);
    EXPECT_EQ(plugin.jobs, nullptr);
    EXPECT_THAT(plugin.agents, IsEmpty());
}

TEST_F(PluginTableTest, ALaterEditionOfTheTableIsUnderstood) {
    table.size = sizeof(orch_plugin) + 64;
    table.abi = ORCH_ABI + 7;
    EXPECT_EQ(refusal(), "");
}

TEST_F(PluginTableTest, NoTableIsRefused) {
    EXPECT_THROW((void)readTable(nullptr, "disk-watch"), PluginError);
}

TEST_F(PluginTableTest, AnotherVersionOfTheInterfaceIsRefusedBeforeAnythingElseIsRead) {
    table.abi = 2U << 16U;
    table.size = 4;
    EXPECT_EQ(refusal(),
              "is built for version 2 of the plugin interface, this orchd has 1: build it with the "
              "SDK of this orchd");
}

TEST_F(PluginTableTest, ATableCutShortIsRefused) {
    table.size = sizeof(orch_plugin) - 1;
    EXPECT_THAT(refusal(), HasSubstr("has a table of "));
}

TEST_F(PluginTableTest, AnotherIdThanTheConfigurationsIsRefused) {
    table.id = "reaper";
    EXPECT_EQ(refusal(),
              "is the plugin reaper, not disk-watch: write plugins.reaper, or name the library of "
              "disk-watch");
}

TEST_F(PluginTableTest, AnIdThatIsNoNameIsRefused) {
    table.id = "disk watch";
    EXPECT_THAT(refusal(), HasSubstr("calls itself \"disk watch\": an id is 1 to 64 of a-z"));
    table.id = "";
    EXPECT_THAT(refusal(), HasSubstr("calls itself \"\""));
}

/// 65 letters without an end, and after them memory that must not be touched.
const char* endlessText() {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    auto* const pages = static_cast<char*>(
        mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    std::memset(pages, 'a', page);
    mprotect(pages + page, page, PROT_NONE);
    return pages + page - 65;
}

TEST_F(PluginTableTest, ATextWithoutEndIsNotFollowed) {
    table.id = endlessText();
    EXPECT_EQ(refusal(), "has more than 64 bytes in its id");
}

TEST_F(PluginTableTest, AVersionIsPrintableAndShort) {
    for (const auto* version : {"", "1.0 beta", "1.0\n", "123456789012345678901234567890123"}) {
        table.version = version;
        EXPECT_THAT(refusal(), HasSubstr("version")) << version;
    }
}

TEST_F(PluginTableTest, AKillSwitchIsAnEnvironmentVariable) {
    for (const auto* key :
         {"", "_ENABLED", "disk_ENABLED", "ORCH_DISK", "1_ENABLED", "A=_ENABLED"}) {
        table.kill_switch = key;
        EXPECT_THAT(refusal(), HasSubstr("has the kill switch")) << key;
    }
}

TEST_F(PluginTableTest, ABlockIsAKey) {
    for (const auto* block : {"", "disk-watch", "Disk", "a.b"}) {
        table.block = block;
        EXPECT_THAT(refusal(), HasSubstr("has the block")) << block;
    }
}

TEST_F(PluginTableTest, AnIntervalIsBetweenATenthOfASecondAndADay) {
    for (const auto good : {100, 86'400'000}) {
        table.interval_ms = good;
        EXPECT_EQ(refusal(), "") << good;
    }
    for (const auto bad : {-1, 0, 99, 86'400'001}) {
        table.interval_ms = bad;
        EXPECT_THAT(refusal(), HasSubstr("an interval is 100 ms to 1 day")) << bad;
    }
}

TEST_F(PluginTableTest, WhatTheTableMustHaveIsNamedWhenItIsMissing) {
    const auto good = table;
    const auto without = [&](auto member, const std::string& name) {
        table = good;
        table.*member = nullptr;
        EXPECT_EQ(refusal(), "has no " + name + ": build it with the SDK of this orchd");
    };
    without(&orch_plugin::id, "id");
    without(&orch_plugin::version, "version");
    without(&orch_plugin::kill_switch, "kill_switch");
    without(&orch_plugin::create, "create");
    without(&orch_plugin::tick, "tick");
    without(&orch_plugin::destroy, "destroy");
    without(&orch_plugin::get_extension, "get_extension");
}

TEST_F(PluginTableTest, WhatAnExtensionMustHaveIsNamedWhenItIsMissing) {
    table.get_extension = getExtension;
    const auto without = [&](auto& member, const std::string& name) {
        extensions = {};
        member = nullptr;
        EXPECT_THAT(refusal(), HasSubstr("has no " + name));
    };
    without(extensions.state.save, "save in its orch.state/1");
    without(extensions.state.load, "load in its orch.state/1");
    without(extensions.snapshot.snapshot, "snapshot in its orch.snapshot/1");
    without(extensions.jobs.run, "run in its orch.jobs/1");
}

TEST_F(PluginTableTest, AnExtensionCutShortIsRefused) {
    table.get_extension = getExtension;
    extensions.jobs.size = 8;
    EXPECT_THAT(refusal(), HasSubstr("has an orch.jobs/1 of 8 bytes"));
}

TEST_F(PluginTableTest, JobsNameTheirAgents) {
    table.get_extension = getExtension;
    for (const auto* agents : {static_cast<const char*>(nullptr), "", " ", "gardener Ünnamed"}) {
        extensions.jobs.agents = agents;
        EXPECT_THAT(refusal(), HasSubstr("orch.jobs/1"));
    }
}

}  // namespace orch
