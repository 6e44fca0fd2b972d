#include "refused_config.hpp"

namespace orch {

namespace {

using testing::RefusedConfig;

const std::string kName =
    " is not a name: take 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit";
const std::string kLoopback =
    "this release listens on loopback addresses only (127.0.0.1, [::1], localhost), not on ";

std::string deployCodes(const std::string& codes) {
    return "projects: [{name: a, repo: {path: .}, deploy: {command: [d], exit_codes: {" + codes +
           "}}}]\n";
}

std::vector<RefusedConfig> cases() {
    return {
        {"PublicAddress",
         "server: {listen: '0.0.0.0:80'}\n",
         "1:18: server.listen: " + kLoopback +
             "0.0.0.0: put a reverse proxy in front to be reached from elsewhere"},
        {"PublicAddressOfVersionSix",
         "server: {listen: '[::]:80'}\n",
         "1:18: server.listen: " + kLoopback +
             "::: put a reverse proxy in front to be reached from elsewhere"},
        {"HostName",
         "server: {listen: 'example.org:80'}\n",
         "1:18: server.listen: " + kLoopback +
             "example.org: put a reverse proxy in front to be reached from elsewhere"},
        {"AddressWithoutPort",
         "server: {listen: 127.0.0.1}\n",
         "1:18: server.listen: expected an address such as 127.0.0.1:8080 or [::1]:8080, got "
         "127.0.0.1"},
        {"PortTooLarge",
         "server: {listen: '127.0.0.1:65536'}\n",
         "1:18: server.listen: expected an address such as 127.0.0.1:8080 or [::1]:8080, got "
         "127.0.0.1:65536"},
        {"OtherStore",
         "store: {kind: postgresql}\n",
         "1:15: store.kind: \"postgresql\" is not possible: this release keeps its state in sqlite "
         "only"},
        {"OtherForge",
         "projects: [{name: a, repo: {forge: gitea, path: .}}]\n",
         "1:36: projects[0].repo.forge: \"gitea\" is not possible: this release works on local "
         "repositories"},
        {"OtherTracker",
         "projects: [{name: a, repo: {path: .}, tracker: {kind: plane}}]\n",
         "1:55: projects[0].tracker.kind: \"plane\" is not possible: this release has the builtin "
         "tracker"},
        {"OtherMergeStyle",
         "pipeline: {stages: [{name: a, merge: {style: squash}, gate: [merged]}]}\n",
         "1:46: pipeline.stages[0].merge.style: \"squash\" is not possible: this release merges "
         "with a merge commit (merge) only"},
        {"ProjectNameLeavesItsFolder",
         "projects: [{name: ../x, repo: {path: .}}]\n",
         "1:19: projects[0].name: \"../x\"" + kName},
        {"ProjectNameIsNotAscii",
         "projects: [{name: grüßer, repo: {path: .}}]\n",
         "1:19: projects[0].name: \"grüßer\"" + kName},
        {"AgentNameHasCapitals",
         "agents: {Dev: {command: [x]}}\npipeline: {stages: [{name: a, gate: [committed]}]}\n",
         "1:10: agents: \"Dev\"" + kName},
        {"AgentNameIsReserved",
         "agents: {check: {command: [x]}}\npipeline: {stages: [{name: a, gate: [committed]}]}\n",
         "1:17: agents.check: check is the name of a job of orchd's own: take another one"},
        {"StageNameIsReserved",
         "pipeline: {stages: [{name: done, gate: [committed]}]}\n",
         "1:28: pipeline.stages[0].name: \"done\" is the name of a task's state: take another one "
         "for the stage"},
        {"StageNameTwice",
         "pipeline:\n  stages:\n    - {name: a, gate: [committed]}\n    - {name: a, gate: "
         "[committed]}\n",
         "4:14: pipeline.stages[1].name: stages[0] has this name already"},
        {"ArtefactNameTwice",
         "agents: {b: {command: [x]}}\npipeline:\n  stages:\n    - {name: a, agent: b, artefact: "
         "x.md}\n    - {name: c, agent: b, artefact: x.md}\n",
         "5:37: pipeline.stages[1].artefact: stages[0] leaves a file of this name already"},
        {"ArtefactLeavesItsFolder",
         "pipeline: {stages: [{name: a, artefact: ../x.md, gate: [committed]}]}\n",
         "1:41: pipeline.stages[0].artefact: \"../x.md\" is not a plain file name: take 1 to 100 "
         "letters, digits, _, - and ., beginning with a letter or digit"},
        {"ProjectNameTwice",
         "projects:\n  - {name: a, repo: {path: x}}\n  - {name: a, repo: {path: y}}\n",
         "3:12: projects[1].name: projects[0] has this name already"},
        {"RepositoryTwice",
         "projects:\n  - {name: a, repo: {path: ./x}}\n  - {name: b, repo: {path: y/../x}}\n",
         "3:28: projects[1].repo.path: projects[0] works on this repository already"},
        {"BranchIsAnOption",
         "projects: [{name: a, repo: {path: ., base: --force}}]\n",
         "1:44: projects[0].repo.base: \"--force\" is not a branch name git accepts: write it as "
         "in git switch, as main"},
        {"ApproverIsEmpty",
         "projects: [{name: a, repo: {path: .}, approvers: ['']}]\n",
         "1:51: projects[0].approvers[0]: \"\" is not a person's name: take one line of 1 to 100 "
         "bytes"},
        {"DeployWithoutCommand",
         "projects: [{name: a, repo: {path: .}, deploy: {timeout: 5m}}]\n",
         "1:47: projects[0].deploy.command: missing: the program and its arguments, such as "
         "[./deploy.sh]"},
        {"DeployMeansSomethingElseByZero",
         deployCodes("rolled_back: [0]"),
         "1:89: projects[0].deploy.exit_codes.rolled_back[0]: 0 always means deployed: take a "
         "code from 1 to 255"},
        {"DeployExitCodeTwice",
         deployCodes("retry: [3], rolled_back: [7, 3]"),
         "1:83: projects[0].deploy.exit_codes.retry[0]: 3 is named already under rolled_back"},
        {"DeployExitCodeTwiceInOneList",
         deployCodes("retry: [75, 75]"),
         "1:87: projects[0].deploy.exit_codes.retry[1]: 75 is named already under retry"},
        {"DeployExitCodeOutOfRange",
         deployCodes("retry: [256]"),
         "1:83: projects[0].deploy.exit_codes.retry[0]: must be an exit code from 1 to 255, got "
         "256"},
        {"DeployExitCodeIsNoNumber",
         deployCodes("retry: [busy]"),
         "1:83: projects[0].deploy.exit_codes.retry[0]: must be an exit code from 1 to 255, got "
         "busy"},
        {"DeployExitCodeHasAnUnknownMeaning",
         deployCodes("rollback: [3]"),
         "1:75: projects[0].deploy.exit_codes.rollback: unknown key, did you mean rolled_back? "
         "(projects[0].deploy.exit_codes accepts: retry, rolled_back)"},
        {"PlaceholderIsMisspelt",
         "agents: {analyst: {command: [x, '--file={promptfile}']}}\n",
         "1:33: agents.analyst.command[1]: unknown placeholder {promptfile}, did you mean "
         "{prompt_file}?"},
        {"PassesOrchdsOwnVariable",
         "agents: {analyst: {command: [x], pass_env: [ORCH_JOB]}}\n",
         "1:45: agents.analyst.pass_env[0]: ORCH_JOB cannot be passed on: orchd itself decides an "
         "agent's ORCH_* variables"},
        {"ConfinesInAnUnknownWay",
         "agents: {analyst: {command: [x], confine: maybe}}\n",
         "1:43: agents.analyst.confine: expected auto, required or off, got \"maybe\""},
        {"RunsAsNoUser",
         "checks: {run_as: 'a b'}\n",
         "1:18: checks.run_as: \"a b\" is not the name of a user"},
        {"PassesNoVariable",
         "agents: {analyst: {command: [x], pass_env: ['A=b']}}\n",
         "1:45: agents.analyst.pass_env[0]: \"A=b\" is not the name of a variable"},
    };
}

struct ConfigMeaningTest : ::testing::TestWithParam<RefusedConfig> {};

TEST_P(ConfigMeaningTest, RefusalNamesFileLineColumnKeyAndWhy) {
    GetParam().expectRefusal();
}

INSTANTIATE_TEST_SUITE_P(Config,
                         ConfigMeaningTest,
                         ::testing::ValuesIn(cases()),
                         testing::nameOfCase);

}  // namespace

}  // namespace orch
