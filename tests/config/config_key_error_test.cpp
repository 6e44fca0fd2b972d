#include "refused_config.hpp"

namespace orch {

namespace {

using testing::RefusedConfig;

const std::string kRootKeys =
    "(the file accepts: agents, checks, disk, pipeline, plugins, projects, prompts, queue, "
    "retention, "
    "server, "
    "state_dir, "
    "store)";
std::vector<RefusedConfig> cases() {
    return {
        {"UnknownKey", "a: 1\n", "1:1: a: unknown key " + kRootKeys},
        {"UnknownKeyNearAKnownOne",
         "stat_dir: x\n",
         "1:1: stat_dir: unknown key, did you mean state_dir? " + kRootKeys},
        {"UnknownKeyInASection",
         "queue: {max_concurency: 2}\n",
         "1:9: queue.max_concurency: unknown key, did you mean max_concurrency? (queue accepts: "
         "exec_concurrency, max_concurrency, retry)"},
        {"UnknownKeyInAnAgent",
         "agents:\n  developer:\n    command: [x]\n    time_out: 3s\n",
         "4:5: agents.developer.time_out: unknown key, did you mean timeout? (agents.developer "
         "accepts: api, command, confine, grace, output_limit, pass_env, retries, run_as, stall, "
         "timeout)"},
        {"UnknownKeyInAStage",
         "pipeline:\n  stages:\n    - {name: a, gates: [committed]}\n",
         "3:17: pipeline.stages[0].gates: unknown key, did you mean gate? (pipeline.stages[0] "
         "accepts: agent, artefact, check, check_timeout, gate, grace, merge, name, on_red)"},
        {"UnknownKeyInAProject",
         "projects:\n  - name: a\n    repo: {path: ., url: x}\n",
         "3:21: projects[0].repo.url: unknown key (projects[0].repo accepts: base, forge, path)"},
        {"UnknownKeyInAPlugin",
         "plugins:\n  reaper:\n    intervall: 3s\n",
         "3:5: plugins.reaper.intervall: unknown key, did you mean interval? (plugins.reaper "
         "accepts: enabled, grants, interval, isolation, library, max_actions_per_hour, mode, "
         "settings, timeout)"},
        {"PluginWrittenTwice",
         "plugins:\n  reaper:\n  reaper:\n",
         "3:3: plugins.reaper: written twice, first in line 2"},
        {"SettingWrittenTwice",
         "plugins: {reaper: {settings: {dead_ticks: 3, dead_ticks: 4}}}\n",
         "1:46: plugins.reaper.settings.dead_ticks: written twice, first in line 1"},
        {"MergeKey",
         "queue: {<<: {max_concurrency: 3}}\n",
         "1:9: queue.<<: merge keys are not supported: write the keys out"},
        {"KeyWrittenTwice",
         "state_dir: a\nqueue: {}\nstate_dir: b\n",
         "3:1: state_dir: written twice, first in line 1"},
        {"AgentWrittenTwice",
         "agents:\n  analyst: {command: [x]}\n  architect: {command: [x]}\n  developer: {command: "
         "[x]}\n  reviewer: {command: [x]}\n  analyst: {command: [y]}\n",
         "6:3: agents.analyst: written twice, first in line 2"},
        {"CommandMissing",
         "pipeline: {stages: [{name: a, agent: b, gate: [committed]}]}\nagents: {b: {}}\n",
         "2:13: agents.b.command: missing: the program and its arguments, such as [my-agent, "
         "'{prompt_file}']"},
        {"ProjectWithoutNameAndRepo",
         "projects: [{}]\n",
         "1:12: projects[0].name: missing: every project has one\n"
         "f.yaml:1:12: projects[0].repo.path: missing: the folder of the git repository, such as "
         "./greeter"},
        {"StageWithoutName",
         "pipeline: {stages: [{gate: [committed]}]}\n",
         "1:21: pipeline.stages[0].name: missing: every stage has one"},
    };
}

struct ConfigKeyTest : ::testing::TestWithParam<RefusedConfig> {};

TEST_P(ConfigKeyTest, RefusalNamesFileLineColumnKeyAndWhy) {
    GetParam().expectRefusal();
}

INSTANTIATE_TEST_SUITE_P(Config, ConfigKeyTest, ::testing::ValuesIn(cases()), testing::nameOfCase);

}  // namespace

}  // namespace orch
