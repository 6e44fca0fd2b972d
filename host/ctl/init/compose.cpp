#include "ctl/init/compose.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/built_in.hpp"
#include "config/interpolation.hpp"

namespace orch::ctl {

namespace {

using nlohmann::json;

/// JSON's quoting is YAML's too, safe for whatever a path may hold.
std::string quoted(const std::string& text) {
    try {
        return json(escapeReferences(text)).dump();
    } catch (const json::exception&) {
        throw Error("\"" + cleanUtf8(text) +
                    "\" is not UTF-8, which a configuration has to be: rename it, or write the"
                    " configuration for another path to it (a symbolic link)");
    }
}

std::string listed(const std::vector<std::string>& words) {
    std::vector<std::string> parts;
    for (const auto& word : words) parts.push_back(quoted(word));
    return "[" + join(parts, ", ") + "]";
}

std::string commentedOut(std::string_view text) {
    std::string result;
    std::istringstream lines{std::string{text}};
    for (std::string line; std::getline(lines, line);) result += "#   " + line + "\n";
    return result;
}

/// The first profile as it stands, the others to choose from.
std::string agentsText(const Plan& plan) {
    const auto all = agentProfiles();
    auto agents = plan.agents;
    std::string text = "# The programs that do the work.\n";
    if (agents.empty()) {
        std::vector<std::string> programs;
        for (const auto& profile : all) programs.push_back(profile.program);
        text += "# None of those known here was in the PATH (" + join(programs, ", ") +
                "): install the one below, or\n# name a program of your own that reads the file "
                "{prompt_file} and commits its work.\n";
        agents = {all.front()};
    }
    text += std::string{agents.front().text} + "\n";
    for (std::size_t i = 1; i < agents.size(); ++i) {
        text += "# Installed as well; to use it, put it in the place of the agents above:\n" +
                commentedOut(agents[i].text) + "\n";
    }
    return text;
}

constexpr const char* kNoCheck =
    R"(    # No check: nothing at the top of the base branch told how this project tests itself, so nothing
    # but the review stands between an agent's work and the base branch. With a command, put this here,
    # and take mergeable out of review:
    #- name: testing
    #  check: [make, check]
    #  gate: [check, mergeable]
    #  on_red: {to: development, limit: 3}
)";

constexpr const char* kCheck =
    R"(    - name: testing
      # {FROM}. Run without a shell on the merge of base branch and task, in a
      # clean worktree{SUBMODULES}; exit code 0 is green.
      check: {COMMAND}
      check_timeout: 30m
      gate: [check, mergeable]
      on_red: {to: development, limit: 3}
)";

constexpr const char* kSubmodules =
    R"( without its submodules: have the command begin with
      # git submodule update --init --recursive)";

std::string testingText(const Plan& plan) {
    if (!plan.check) return kNoCheck;
    return expand(kCheck,
                  {{"FROM", plan.check->from},
                   {"SUBMODULES", plan.submodules ? kSubmodules : ""},
                   {"COMMAND", listed(plan.check->command)}});
}

}  // namespace

std::string composeConfig(const Plan& plan) {
    return expand(builtInFile("init/orch.yaml").value(),
                  {{"REPOSITORY", quoted(plan.repository.folder.string())},
                   {"STATE_DIR", quoted(plan.state_dir.string())},
                   {"LISTEN", quoted(plan.listen)},
                   {"AGENTS", agentsText(plan)},
                   {"REVIEW_GATE", plan.check ? "[review_verdict]" : "[review_verdict, mergeable]"},
                   {"TESTING", testingText(plan)},
                   {"PROJECT", plan.project},
                   {"BASE_FROM", plan.repository.base_from},
                   {"BASE", quoted(plan.repository.base)}});
}

std::string projectNameOf(const std::filesystem::path& folder) {
    constexpr std::size_t kLongest = 63;
    std::string name;
    const auto leaf = folder.extension() == ".git" ? folder.stem() : folder.filename();
    for (const char c : leaf.string()) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (upper) name += static_cast<char>(c - 'A' + 'a');
        if (plain) name += c;
        if (!upper && !plain && !name.empty() && name.back() != '-') name += '-';
    }
    name = name.substr(0, kLongest);
    while (name.ends_with('-')) name.pop_back();
    name.erase(0, name.find_first_not_of('_'));
    return name.empty() ? "project" : name;
}

}  // namespace orch::ctl
