#include "base/error.hpp"
#include "ctl/demo/greeter.hpp"
#include "ctl/demo/proofs.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

std::size_t countOf(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

Proof same(std::string claim, const std::string& found, const std::string& expected) {
    return {
        std::move(claim), found == expected, "found \"" + found + "\", not \"" + expected + "\""};
}

/// A claim that a command's success proves; its own words tell why not.
template <class Attempt>
Proof succeeds(std::string claim, Attempt attempt) {
    try {
        attempt();
        return {std::move(claim), true, {}};
    } catch (const Error& error) {
        return {std::move(claim), false, error.what()};
    }
}

Proof proveMerge(const fs::path& repository, const std::string& merge) {
    const auto line = git(repository, {"rev-list", "--parents", "--max-count=1", "main"});
    const bool two_parents = countOf(line, " ") == 2;
    return {"the tip of main is the task's merge",
            two_parents && line.starts_with(merge) && !merge.empty(),
            "main's tip and its parents are " + line + ", the task's merge is \"" + merge + "\""};
}

Proof proveOnce(const fs::path& repository, const std::string& file, const std::string& part) {
    const auto count = countOf(git(repository, {"show", "main:" + file}), part);
    return same(file + " on main holds " + part + " exactly once", std::to_string(count), "1");
}

Proof proveClone(const DemoFolder& folder) {
    return succeeds("a fresh clone of main passes its tests", [&] {
        fs::remove_all(folder.clone());
        git(folder.root, {"clone", "--quiet", folder.greeter().string(), folder.clone().string()});
        runProgram({"make", "-C", folder.clone().string(), "check"});
    });
}

}  // namespace

std::vector<Proof> proveRepository(const DemoFolder& folder, const Records& records) {
    const auto repository = folder.greeter();
    const auto tip = git(repository, {"rev-parse", "main"});
    return {proveMerge(repository, textOr(records.task, "merge_commit")),
            proveOnce(repository, "src/greeter.c", "\"Bonjour\""),
            proveOnce(repository, "tests/greeter_test.c", "\"Bonjour, Ada!\""),
            same("the user's checkout is on main",
                 git(repository, {"symbolic-ref", "--short", "HEAD"}),
                 "main"),
            same("the user's checkout is at the tip", git(repository, {"rev-parse", "HEAD"}), tip),
            same("the user's checkout is clean", git(repository, {"status", "--porcelain"}), ""),
            proveClone(folder)};
}

std::vector<Proof> proveProduction(const DemoFolder& folder, const Records& records) {
    const auto deployed = readFile(folder.production() / "deployed").value_or("");
    const auto expected = textOr(records.task, "deployed_version") + " " +
                          textOr(records.task, "merge_commit") + "\n";
    return {same("the merge was deployed, once", deployed, expected),
            succeeds("what is deployed greets in French", [&] {
                const auto program = folder.production() / "current" / "greeter";
                const auto words = runProgram({program.string(), "fr", "Ada"});
                if (words != "Bonjour, Ada!") throw Error("it says \"" + words + "\"");
            })};
}

}  // namespace orch::ctl
