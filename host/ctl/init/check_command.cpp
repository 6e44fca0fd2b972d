#include "ctl/init/check_command.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "ctl/init/targets.hpp"

namespace orch::ctl {

namespace {

using Found = std::optional<CheckCommand>;
using Command = std::vector<std::string>;

Found ruleIn(const BaseTree& tree, const std::string& file, const std::string& included_by) {
    const auto text = tree.read(file);
    for (const std::string name : {"check", "test"}) {
        if (!makeHasTarget(text, name)) continue;
        return CheckCommand{{"make", name}, file + included_by + " has the target " + name};
    }
    return std::nullopt;
}

/// Includes of includes, and names that make has to work out, are left to people.
Found make(const BaseTree& tree) {
    for (const auto* file : {"GNUmakefile", "makefile", "Makefile"}) {
        if (!tree.has(file)) continue;
        auto found = ruleIn(tree, file, "");
        for (const auto& other : makeIncludes(tree.read(file))) {
            if (!found) found = ruleIn(tree, other, std::string{", which "} + file + " includes,");
        }
        return found;
    }
    return std::nullopt;
}

Found just(const BaseTree& tree) {
    for (const std::string file : {"justfile", "Justfile", ".justfile"}) {
        const auto text = tree.read(file);
        for (const std::string name : {"check", "test"}) {
            if (!justHasRecipe(text, name)) continue;
            return CheckCommand{{"just", name}, file + " has the target " + name};
        }
    }
    return std::nullopt;
}

Found cmake(const BaseTree& tree) {
    if (!cmakeEnablesTests(tree.read("CMakeLists.txt"))) return std::nullopt;
    return CheckCommand{{"sh",
                         "-c",
                         "cmake -S . -B .orch-build && cmake --build .orch-build --parallel && "
                         "ctest --test-dir .orch-build --output-on-failure"},
                        "CMakeLists.txt enables tests"};
}

/// npm init writes a test script that only fails.
bool hasTestScript(const std::string& package) {
    const auto json = nlohmann::json::parse(package, nullptr, false);
    if (!json.is_object() || !json.contains("scripts") || !json["scripts"].is_object())
        return false;
    const auto& scripts = json["scripts"];
    if (!scripts.contains("test") || !scripts["test"].is_string()) return false;
    return scripts["test"].get<std::string>().find("no test specified") == std::string::npos;
}

/// A clean worktree has no node_modules yet.
Found node(const BaseTree& tree) {
    if (!hasTestScript(tree.read("package.json"))) return std::nullopt;
    std::string commands = "npm install && npm test";
    if (tree.has("package-lock.json")) commands = "npm ci && npm test";
    if (tree.has("pnpm-lock.yaml")) commands = "pnpm install --frozen-lockfile && pnpm test";
    if (tree.has("yarn.lock")) commands = "yarn install && yarn test";
    return CheckCommand{{"sh", "-c", commands}, "package.json has a script test"};
}

Found python(const BaseTree& tree) {
    if (tree.has("tox.ini")) return CheckCommand{{"tox"}, "there is a tox.ini"};
    const Command pytest{"python3", "-m", "pytest"};
    for (const auto* file : {"pytest.ini", ".pytest.ini", "conftest.py"}) {
        if (tree.has(file)) return CheckCommand{pytest, std::string{"there is a "} + file};
    }
    for (const auto* file : {"pyproject.toml", "setup.cfg"}) {
        if (tree.read(file).find("pytest") == std::string::npos) continue;
        return CheckCommand{pytest, std::string{file} + " names pytest"};
    }
    return std::nullopt;
}

struct Usual {
    const char* file;
    Command command;
};

/// What a file at the top is enough for; the project's own starter goes before an installed one.
const std::vector<Usual>& usual() {
    static const std::vector<Usual> kUsual{{"Cargo.toml", {"cargo", "test"}},
                                           {"go.mod", {"go", "test", "./..."}},
                                           {"gradlew", {"./gradlew", "test"}},
                                           {"build.gradle", {"gradle", "test"}},
                                           {"build.gradle.kts", {"gradle", "test"}},
                                           {"mvnw", {"./mvnw", "--batch-mode", "test"}},
                                           {"pom.xml", {"mvn", "--batch-mode", "test"}},
                                           {"mix.exs", {"mix", "test"}},
                                           {"Package.swift", {"swift", "test"}},
                                           {"build.sbt", {"sbt", "test"}},
                                           {"dub.json", {"dub", "test"}},
                                           {"Rakefile", {"rake", "test"}}};
    return kUsual;
}

Found byFile(const BaseTree& tree) {
    for (const auto& [file, command] : usual()) {
        if (tree.has(file)) return CheckCommand{command, std::string{"there is a "} + file};
    }
    return std::nullopt;
}

}  // namespace

std::optional<CheckCommand> findCheck(const BaseTree& tree) {
    constexpr std::array kGuesses{make, just, cmake, node, python, byFile};
    for (const auto guess : kGuesses) {
        if (auto found = guess(tree)) return found;
    }
    return std::nullopt;
}

}  // namespace orch::ctl
