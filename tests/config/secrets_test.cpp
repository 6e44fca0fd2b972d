#include "config/secrets.hpp"

#include <gmock/gmock.h>

namespace orch {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

std::vector<std::string> namesOf(const std::map<std::string, std::string>& references,
                                 const Environment& environment) {
    Config config;
    config.references = references;
    std::vector<std::string> names;
    for (const auto& secret : secretsOf(config, environment)) names.push_back(secret.name);
    return names;
}

}  // namespace

// proves X5
TEST(ConfigSecretsTest, EveryReferenceIsASecretAndNoEscapedOne) {
    const Environment environment{{"A", "1"}, {"B", "2"}, {"C", "3"}, {"UNUSED", "4"}};
    EXPECT_THAT(namesOf({{"agents.a.command[1]", "x${A}-${B} $${C}"}}, environment),
                ElementsAre("A", "B"));
}

TEST(ConfigSecretsTest, AVariableNamedLikeASecretIsOneWhoeverUsesIt) {
    const Environment environment{
        {"AWS_SECRET_ACCESS_KEY", "1"}, {"DB_PASSWORD", "2"}, {"GH_TOKEN", "3"}, {"EDITOR", "vi"}};
    EXPECT_THAT(namesOf({}, environment),
                ElementsAre("AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "GH_TOKEN"));
}

TEST(ConfigSecretsTest, WhereAProgramRunsIsNoSecret) {
    EXPECT_THAT(namesOf({{"projects.a.repo.path", "${HOME}/x"}}, {{"HOME", "/home/me"}}),
                IsEmpty());
}

TEST(ConfigSecretsTest, AValueInTheArgumentsOfACommandIsAWarningWithItsCure) {
    const auto config =
        parseConfig(R"(
agents: {a: {command: [tool, "--key=${API_KEY}", "${HOME}/x"]}}
pipeline: {stages: [{name: s, agent: a, check: [make, "${PW}"], gate: [committed, check]}]}
projects: [{name: p, repo: {forge: local, path: "${WHERE}"}, deploy: {command: [d, "${PW}"]}}]
)",
                    "orch.yaml",
                    {{"API_KEY", "k"}, {"PW", "p"}, {"HOME", "/"}, {"WHERE", "/r"}});
    const std::string list =
        " is in the process list, for every user of this machine, while the "
        "command runs; ";
    const std::string file = "let the command read it from a file that only its user can read";
    EXPECT_THAT(config.warnings,
                ElementsAre("agents.a.command[1]: the value of ${API_KEY}" + list +
                                "hand it on by its name: agents.a.pass_env: [API_KEY]",
                            "pipeline.stages[0].check[1]: the value of ${PW}" + list + file,
                            "projects[0].deploy.command[1]: the value of ${PW}" + list + file));
}

TEST(ConfigSecretsTest, AValueThatCannotBeMaskedIsToldByItsNameOnly) {
    Config config;
    config.references = {{"k", "${PORT} ${LONG} ${GONE}"}};
    EXPECT_THAT(unmaskedReferences(config, {{"PORT", "8080"}, {"LONG", "long-enough"}}),
                ElementsAre("the value of ${PORT} is not hidden where a program prints it: it is "
                            "a short plain word"));
}

}  // namespace orch
