#include "refused_config.hpp"

namespace orch {

namespace {

using testing::RefusedConfig;

std::vector<RefusedConfig> cases() {
    return {
        {"FileIsAList", "- a\n", "1:1: expected a map of keys, got a list"},
        {"FileIsAText", "hello\n", "1:1: expected a map of keys, got the text \"hello\""},
        {"SectionIsAText", "queue: 2\n", "1:8: queue: expected a map of keys, got the text \"2\""},
        {"TextIsAList", "state_dir: [a]\n", "1:12: state_dir: expected a text, got a list"},
        {"TextIsNothing",
         "state_dir:\nqueue: {}\n",
         "1:1: state_dir: expected a text, got nothing"},
        {"TextIsEmpty", "state_dir: ''\n", "1:12: state_dir: a folder is needed, such as ./var"},
        {"DurationWithoutUnit",
         "agents: {analyst: {command: [x], timeout: 30}}\n",
         "1:43: agents.analyst.timeout: expected a duration such as 30s, 15m or 2h, got 30"},
        {"DurationTooShort",
         "agents: {analyst: {command: [x], timeout: 0s}}\n",
         "1:43: agents.analyst.timeout: must be between 1s and 30d, got 0s"},
        {"DurationTooLong",
         "agents: {analyst: {command: [x], grace: 11m}}\n",
         "1:41: agents.analyst.grace: must be between 0s and 10m, got 11m"},
        {"DurationIsAMap",
         "agents: {analyst: {command: [x], stall: {}}}\n",
         "1:41: agents.analyst.stall: expected a duration such as 30s, got a map"},
        {"SizeWithoutUnit",
         "agents: {analyst: {command: [x], output_limit: 50}}\n",
         "1:48: agents.analyst.output_limit: expected a size such as 64KB, 50MB or 2GB, got 50"},
        {"SizeTooSmall",
         "agents: {analyst: {command: [x], output_limit: 1B}}\n",
         "1:48: agents.analyst.output_limit: must be between 1KB and 10GB, got 1B"},
        {"NumberIsAText",
         "queue: {max_concurrency: two}\n",
         "1:26: queue.max_concurrency: expected a whole number, got two"},
        {"NumberIsAFraction",
         "queue: {max_concurrency: 1.5}\n",
         "1:26: queue.max_concurrency: expected a whole number, got 1.5"},
        {"NumberIsHuge",
         "queue: {max_concurrency: 99999999999}\n",
         "1:26: queue.max_concurrency: expected a whole number, got 99999999999"},
        {"NumberIsZero",
         "queue: {max_concurrency: 0}\n",
         "1:26: queue.max_concurrency: must be between 1 and 256, got 0"},
        {"NumberIsNegative",
         "queue: {exec_concurrency: -1}\n",
         "1:27: queue.exec_concurrency: must be between 1 and 256, got -1"},
        {"FlagIsYes",
         "projects: [{name: a, repo: {path: .}, self: yes}]\n",
         "1:45: projects[0].self: expected true or false, got yes"},
        {"CommandIsAText",
         "agents: {analyst: {command: my-agent --fast}}\n",
         "1:29: agents.analyst.command: expected a list such as [a, b], got the text \"my-agent "
         "--fast\""},
        {"CommandIsEmpty",
         "agents: {analyst: {command: []}}\n",
         "1:29: agents.analyst.command: names no program"},
        {"CommandHasAnEmptyProgram",
         "agents: {analyst: {command: ['', x]}}\n",
         "1:29: agents.analyst.command: names no program"},
        {"CommandHasAList",
         "agents: {analyst: {command: [a, [b]]}}\n",
         "1:33: agents.analyst.command[1]: expected a text, got a list"},
        {"CommandHasAZeroByte",
         "agents: {analyst: {command: [\"a\\0b\"]}}\n",
         "1:30: agents.analyst.command[0]: has a zero byte in it: remove it"},
        {"StagesAreAMap",
         "pipeline: {stages: {a: {}}}\n",
         "1:20: pipeline.stages: expected a list (- …), got a map"},
        {"StageIsEmpty",
         "pipeline:\n  stages:\n    -\n",
         "3:5: pipeline.stages[0]: this list item is empty"},
        {"PluginIsAText",
         "plugins: {reaper: on}\n",
         "1:19: plugins.reaper: expected a map of keys, got the text \"on\""},
        {"PluginIsEnabledByYes",
         "plugins: {reaper: {enabled: yes}}\n",
         "1:29: plugins.reaper.enabled: expected true or false, got yes"},
        {"PluginTicksTooOften",
         "plugins: {reaper: {interval: 99ms}}\n",
         "1:30: plugins.reaper.interval: must be between 100ms and 1d, got 99ms"},
        {"PluginTicksTooSeldom",
         "plugins: {reaper: {interval: 25h}}\n",
         "1:30: plugins.reaper.interval: must be between 100ms and 1d, got 25h"},
        {"PluginHasNoTime",
         "plugins: {reaper: {timeout: 0s}}\n",
         "1:29: plugins.reaper.timeout: must be between 100ms and 1h, got 0s"},
        {"PluginActsWithoutEnd",
         "plugins: {reaper: {max_actions_per_hour: 100001}}\n",
         "1:42: plugins.reaper.max_actions_per_hour: must be between 0 and 100000, got 100001"},
        {"PluginInAnUnknownMode",
         "plugins: {reaper: {mode: dry}}\n",
         "1:26: plugins.reaper.mode: expected live or observe, got \"dry\""},
        {"PluginInAnUnknownIsolation",
         "plugins: {reaper: {isolation: none}}\n",
         "1:31: plugins.reaper.isolation: expected thread or process, got \"none\""},
        {"PluginWithoutLibrary",
         "plugins: {reaper: {library: ''}}\n",
         "1:29: plugins.reaper.library: a file is needed, such as ./disk-watch.so"},
        {"PluginWithABadName",
         "plugins: {Reaper: {}}\n",
         "1:11: plugins: \"Reaper\" is not a name: take 1 to 63 of a-z, 0-9, _ and -, beginning "
         "with a letter or digit"},
        {"GrantsAreAText",
         "plugins: {reaper: {grants: all}}\n",
         "1:28: plugins.reaper.grants: expected a list such as [a, b], got the text \"all\""},
        {"GrantFromAVariable",
         "plugins: {reaper: {grants: ['${HOME_OF_NOBODY}']}}\n",
         "1:29: plugins.reaper.grants[0]: the environment variable HOME_OF_NOBODY is not set (or "
         "is empty)"},
        {"SettingsAreAList",
         "plugins: {reaper: {settings: [a]}}\n",
         "1:30: plugins.reaper.settings: expected a map of keys, got a list"},
        {"SettingIsAMap",
         "plugins: {reaper: {settings: {a: {b: 1}}}}\n",
         "1:34: plugins.reaper.settings.a: expected a value or a list such as [a, b], got a map"},
        {"SettingIsNothing",
         "plugins: {reaper: {settings: {a: }}}\n",
         "1:31: plugins.reaper.settings.a: expected a value or a list such as [a, b], got "
         "nothing"},
        {"SettingHasAListInItsList",
         "plugins: {reaper: {settings: {a: [b, [c]]}}}\n",
         "1:38: plugins.reaper.settings.a[1]: expected a text, got a list"},
        {"RetryCapBelowItsBase",
         "queue: {retry: {base: 2m, cap: 1m}}\n",
         "1:32: queue.retry.cap: must not be less than queue.retry.base"},
    };
}

struct ConfigTypeTest : ::testing::TestWithParam<RefusedConfig> {};

TEST_P(ConfigTypeTest, RefusalNamesFileLineColumnKeyAndWhy) {
    GetParam().expectRefusal();
}

INSTANTIATE_TEST_SUITE_P(Config, ConfigTypeTest, ::testing::ValuesIn(cases()), testing::nameOfCase);

}  // namespace

}  // namespace orch
