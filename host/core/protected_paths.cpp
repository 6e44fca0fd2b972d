#include "core/protected_paths.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "core/path_pattern.hpp"
#include "core/secret_scan.hpp"
#include "core/unified_diff.hpp"

namespace orch {

namespace {

using namespace std::string_view_literals;
using Patterns = std::vector<std::string>;

/// What forges run and git obeys, whatever the commands are; and what orchd reads from the base.
const Patterns& always() {
    static const Patterns patterns{".ci/**",
                                   ".github/workflows/**",
                                   ".gitea/workflows/**",
                                   ".forgejo/workflows/**",
                                   "**/.gitattributes",
                                   ".gitmodules",
                                   kSecretAllowFile};
    return patterns;
}

/// The files in which a program's project says what it executes.
const std::map<std::string_view, Patterns>& filesOfPrograms() {
    static const Patterns make{"GNUmakefile", "Makefile", "makefile"};
    static const Patterns node{".npmrc", "package.json"};
    static const Patterns pytest{
        "**/conftest.py", "pyproject.toml", "pytest.ini", "pytest.py", "setup.cfg", "tox.ini"};
    static const Patterns cmake{"CMakeLists.txt", "CMakePresets.json", "CTestTestfile.cmake"};
    static const std::map<std::string_view, Patterns> files{{"make", make},
                                                            {"gmake", make},
                                                            {"npm", node},
                                                            {"npx", node},
                                                            {"pnpm", node},
                                                            {"yarn", node},
                                                            {"cargo", {".cargo/**", "build.rs"}},
                                                            {"unittest", {"unittest.py"}},
                                                            {"pytest", pytest},
                                                            {"tox", pytest},
                                                            {"cmake", cmake},
                                                            {"ctest", cmake},
                                                            {"just", {"justfile"}},
                                                            {"mvn", {".mvn/**", "pom.xml"}}};
    return files;
}

/// make remakes its makefiles by its built-in rules: from Makefile.sh, from RCS and SCCS.
void addSourcesOfMakefiles(Patterns& patterns) {
    if (std::ranges::find(patterns, "Makefile") == patterns.end()) return;
    for (const auto* sources : {"*akefile.*", "*akefile,v", "s.*akefile", "RCS/**", "SCCS/**"}) {
        patterns.emplace_back(sources);
    }
}

/// A command may hold whole lines for a shell: every word of it counts.
std::vector<std::string_view> wordsOf(std::string_view argument) {
    constexpr auto kBetween = " \t\n;&|()<>\"'`"sv;
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = argument.find_first_not_of(kBetween);
        if (begin == std::string_view::npos) return words;
        argument.remove_prefix(begin);
        const auto end = std::min(argument.find_first_of(kBetween), argument.size());
        words.push_back(argument.substr(0, end));
        argument.remove_prefix(end);
    }
}

bool hasScriptName(std::string_view word) {
    constexpr std::array kEndings{
        ".sh"sv, ".bash"sv, ".py"sv, ".pl"sv, ".rb"sv, ".js"sv, ".mjs"sv, ".ts"sv, ".mk"sv};
    return std::ranges::any_of(kEndings, [&](std::string_view end) {
        return word.size() > end.size() && word.ends_with(end);
    });
}

/// "scripts/test" of ./scripts/test; empty for what is no path into the work.
std::string pathInWork(std::string_view word) {
    while (word.starts_with("./")) word.remove_prefix(2);
    const bool named = word.find('/') != std::string_view::npos || hasScriptName(word);
    const bool plain = word.find_first_of("{}$*?=:~[]\\") == std::string_view::npos;
    const bool outside = word.empty() || word.front() == '/' || word.front() == '-' ||
                         word.find("..") != std::string_view::npos ||
                         word.find("//") != std::string_view::npos || word.back() == '/';
    return named && plain && !outside ? std::string{word} : std::string{};
}

void addCommand(const std::vector<std::string>& command, Patterns& patterns) {
    for (std::size_t i = 0; i < command.size(); ++i) {
        const bool dotted = command[i].starts_with("./");
        for (const auto word : wordsOf(command[i])) {
            const auto program = word.substr(word.rfind('/') + 1);
            const auto found = filesOfPrograms().find(program);
            const bool is_program = found != filesOfPrograms().end();
            if (is_program)
                patterns.insert(patterns.end(), found->second.begin(), found->second.end());
            auto path = pathInWork(word);
            // A program "./deploy" has no other sign of being a file.
            if (path.empty() && dotted && i == 0) path = word.substr(2);
            if (!path.empty()) patterns.push_back(std::move(path));
        }
    }
}

Patterns withCommands(Patterns patterns,
                      const PipelineDef& pipeline,
                      const std::vector<std::string>& deploy) {
    for (const auto& stage : pipeline.stages) addCommand(stage.check, patterns);
    addCommand(deploy, patterns);
    std::ranges::sort(patterns);
    patterns.erase(std::ranges::unique(patterns).begin(), patterns.end());
    return patterns;
}

/// A path that the pattern is about.
std::string exampleOf(std::string pattern) {
    std::ranges::replace_if(
        pattern, [](char c) { return c == '*' || c == '?'; }, 'x');
    return pattern;
}

}  // namespace

std::vector<std::string> defaultProtected(const PipelineDef& pipeline,
                                          const std::vector<std::string>& deploy) {
    auto patterns = withCommands(always(), pipeline, deploy);
    addSourcesOfMakefiles(patterns);
    return patterns;
}

std::vector<std::string> leftOpen(const std::vector<std::string>& patterns,
                                  const PipelineDef& pipeline,
                                  const std::vector<std::string>& deploy) {
    auto open = withCommands({}, pipeline, deploy);
    std::erase_if(open, [&](const std::string& executed) {
        return std::ranges::any_of(patterns, [&](const std::string& pattern) {
            return touchesPattern(pattern, exampleOf(executed));
        });
    });
    return open;
}

std::string problemOfPattern(const std::string& pattern) {
    if (pattern.empty()) return "a path in the repository is needed, such as Makefile or .ci/**";
    const bool odd =
        pattern.front() == '/' || pattern.back() == '/' || pattern.find("//") != std::string::npos;
    const std::string framed = "/" + pattern + "/";
    const bool dots =
        framed.find("/./") != std::string::npos || framed.find("/../") != std::string::npos;
    if (!odd && !dots) return "";
    return "\"" + pattern +
           "\" can match no path: write it from the top of the repository, as in"
           " Makefile, scripts/test or .ci/** (** is any number of folders)";
}

ProtectedChanges protectedAmong(const ChangedPaths& changed,
                                const std::vector<std::string>& patterns) {
    ProtectedChanges result{{}, changed.too_many && !patterns.empty()};
    for (const auto& path : changed.paths) {
        const bool touched = std::ranges::any_of(
            patterns, [&](const std::string& pattern) { return touchesPattern(pattern, path); });
        if (touched) result.paths.push_back({path, 0, 0});
    }
    return result;
}

void countLines(ProtectedChanges& changes, const Diff& diff) {
    auto last = changes.paths.end();
    walkDiff(diff.text, [&](const DiffLine& line) {
        const auto found = std::ranges::find(changes.paths, line.path, &ProtectedChange::path);
        if (found == changes.paths.end()) return;
        ++(line.added ? found->added : found->removed);
        last = found;
    });
    if (diff.cut && last != changes.paths.end()) last->at_least = true;
}

}  // namespace orch
