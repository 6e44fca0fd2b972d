#include "config/prompt.hpp"

#include <algorithm>
#include <functional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "config/built_in.hpp"
#include "config/yaml_source.hpp"

namespace orch {

namespace {

constexpr std::uint64_t kLargestTemplate = 1'000'000;

struct Placeholder {
    std::size_t begin = std::string_view::npos, end = 0;  ///< with the braces; `end` excluded
    std::string name;
    [[nodiscard]] bool found() const { return begin != std::string_view::npos; }
};

std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

Placeholder nextPlaceholder(std::string_view text, std::size_t from) {
    const auto begin = text.find("{{", from);
    const auto end = begin == std::string_view::npos ? begin : text.find("}}", begin);
    if (end == std::string_view::npos) return {};
    return {begin, end + 2, trimmed(text.substr(begin + 2, end - begin - 2))};
}

std::string unknownPlaceholder(const std::string& name) {
    const auto& known = promptPlaceholders();
    const auto near = nearest(name, known);
    return "unknown placeholder {{" + cleanUtf8(shorten(name, 40)) + "}}" +
           (near ? ", did you mean {{" + *near + "}}?" : "") +
           " (a prompt accepts: " + join(known, ", ") + ")";
}

std::string placeOf(const std::string& file, std::string_view text, std::size_t at) {
    const auto before = text.substr(0, at);
    const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    const auto line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto mark = YamlSource(text).markAt(line, static_cast<int>(at - line_begin));
    return file + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column) + ": ";
}

std::vector<std::string> problemsOfText(const std::string& file, std::string_view text) {
    std::vector<std::string> problems;
    const auto& known = promptPlaceholders();
    for (auto at = nextPlaceholder(text, 0); at.found(); at = nextPlaceholder(text, at.end)) {
        if (std::find(known.begin(), known.end(), at.name) != known.end()) continue;
        problems.push_back(placeOf(file, text, at.begin) + unknownPlaceholder(at.name));
    }
    if (trimmed(text).empty()) problems.push_back(file + ":1:1: the prompt is empty");
    return problems;
}

/// Reads one template, adding what is wrong with it to `problems`.
std::string readTemplate(const std::filesystem::path& file,
                         const std::string& stage,
                         std::vector<std::string>& problems) {
    try {
        if (auto text = readFile(file, kLargestTemplate)) {
            const auto found = problemsOfText(file.string(), *text);
            problems.insert(problems.end(), found.begin(), found.end());
            return *std::move(text);
        }
        problems.push_back("prompts: there is no " + file.string() + " for the stage " + stage +
                           "; write one, or take the built-in prompts (prompts: built-in)");
    } catch (const Error& error) {
        problems.push_back("prompts: " + std::string(error.what()));
    }
    return {};
}

std::string builtInTemplate(const std::string& stage, std::vector<std::string>& problems) {
    const auto text = builtInFile("prompts/" + stage + ".md");
    if (text) return std::string{*text};
    problems.push_back("prompts: no prompt is built in for the stage " + stage + "; write " +
                       stage + ".md into a folder, and name that folder here");
    return {};
}

std::map<std::string, std::string> readTemplates(const Config& config,
                                                 std::vector<std::string>& problems) {
    std::map<std::string, std::string> templates;
    for (const auto& stage : config.pipeline.stages) {
        if (stage.agent.empty()) continue;
        const auto file = config.prompts / (stage.name + ".md");
        templates[stage.name] = config.prompts.empty() ? builtInTemplate(stage.name, problems)
                                                       : readTemplate(file, stage.name, problems);
    }
    return templates;
}

}  // namespace

const std::vector<std::string>& promptPlaceholders() {
    static const std::vector<std::string> known{"artefact_path",
                                                "artefacts",
                                                "base",
                                                "branch",
                                                "description",
                                                "feedback",
                                                "stage",
                                                "task",
                                                "title",
                                                "visit"};
    return known;
}

std::string renderPrompt(std::string_view text, const std::map<std::string, std::string>& values) {
    std::string result;
    std::size_t done = 0;
    for (auto at = nextPlaceholder(text, 0); at.found(); at = nextPlaceholder(text, at.end)) {
        const auto value = values.find(at.name);
        if (value == values.end()) throw ConfigError(unknownPlaceholder(at.name));
        result += text.substr(done, at.begin - done);
        result += value->second;
        done = at.end;
    }
    return result += text.substr(done);
}

std::map<std::string, std::string> loadPrompts(const Config& config) {
    std::vector<std::string> problems;
    auto templates = readTemplates(config, problems);
    if (!problems.empty()) throw ConfigError(join(problems, "\n"));
    return templates;
}

std::vector<std::string> promptProblems(const Config& config) {
    std::vector<std::string> problems;
    (void)readTemplates(config, problems);
    return problems;
}

}  // namespace orch
