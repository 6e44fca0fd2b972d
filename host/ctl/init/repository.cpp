#include "ctl/init/repository.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/git.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

using Branches = std::vector<std::string>;

Git::Arguments in(const fs::path& folder, Git::Arguments arguments) {
    arguments.insert(arguments.begin(), {"-C", folder.string()});
    return arguments;
}

/// The output without its last newline; nothing when git says no.
std::optional<std::string> ask(const fs::path& folder, const Git::Arguments& arguments) {
    auto answer = Git{}.ask(in(folder, arguments));
    if (!answer.ok()) return std::nullopt;
    if (answer.output.ends_with('\n')) answer.output.pop_back();
    return std::move(answer.output);
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

[[noreturn]] void refuseNoRepository(const fs::path& place, const std::string& said) {
    if (said.find("not a git repository") == std::string::npos) {
        throw Error(place.string() + ": git does not answer for it: " + firstErrors(said));
    }
    throw Error(place.string() +
                " is not in a git repository: run git init and make the first commit there, or"
                " name the repository with --path");
}

/// The folder of the main worktree, or the repository itself when it has none.
fs::path folderOf(const fs::path& common_git_folder, bool bare) {
    if (bare) return common_git_folder;
    const auto main = ask(common_git_folder, {"worktree", "list", "--porcelain", "-z"});
    const std::string mark = "worktree ";
    if (main && main->starts_with(mark)) {
        return main->substr(mark.size(), main->find('\0') - mark.size());
    }
    return common_git_folder.parent_path();
}

Repository standingIn(const fs::path& place) {
    // Each in a call of its own: a folder's name may hold a line break.
    const auto common =
        Git{}.ask(in(place, {"rev-parse", "--path-format=absolute", "--git-common-dir"}));
    if (!common.ok()) refuseNoRepository(place, common.errors);
    const fs::path git_folder = common.output.substr(0, common.output.size() - 1);
    const auto own = ask(place, {"rev-parse", "--path-format=absolute", "--git-dir"});
    Repository found;
    found.bare = ask(git_folder, {"rev-parse", "--is-bare-repository"}) == "true" &&
                 ask(git_folder, {"config", "--bool", "core.bare"}) == "true";
    const auto top = ask(place, {"rev-parse", "--show-toplevel"});
    found.linked = own && fs::path{*own} != git_folder;
    found.folder =
        !found.linked && !found.bare && top ? fs::path{*top} : folderOf(git_folder, found.bare);
    return found;
}

Branches branchesOf(const fs::path& folder) {
    const auto listed = ask(folder, {"for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"});
    return linesOf(listed.value_or(""));
}

struct Candidate {
    std::string branch, from;
};

std::vector<Candidate> candidatesOf(const Repository& repository, const Branches& branches) {
    std::vector<Candidate> candidates;
    const auto remote = ask(repository.folder,
                            {"for-each-ref", "--format=%(symref:lstrip=3)", "refs/remotes/*/HEAD"});
    for (const auto& head : linesOf(remote.value_or(""))) {
        candidates.push_back({head, "the branch that the remote's HEAD names"});
    }
    const auto current = ask(repository.folder, {"symbolic-ref", "--quiet", "--short", "HEAD"});
    if (current) {
        candidates.push_back({*current,
                              repository.bare ? "the branch that its HEAD names"
                                              : "the branch that is checked out"});
    }
    for (const auto* usual : {"main", "master", "trunk"}) {
        candidates.push_back({usual, "of the branches there, the one with a usual name"});
    }
    if (branches.size() == 1) candidates.push_back({branches.front(), "the only branch"});
    return candidates;
}

[[noreturn]] void refuseManyBranches(const fs::path& folder, Branches branches) {
    constexpr std::size_t kShown = 10;
    const bool more = branches.size() > kShown;
    if (more) branches.resize(kShown);
    throw Error("repository " + folder.string() + ": which branch do changes go to? There are " +
                join(branches, ", ") + (more ? " and others" : "") + ": name one with --base");
}

void chooseBase(Repository& repository, const std::string& wanted) {
    const auto branches = branchesOf(repository.folder);
    auto candidates = candidatesOf(repository, branches);
    if (!wanted.empty()) candidates = {{wanted, "named with --base"}};
    const auto found = std::ranges::find_if(candidates, [&](const Candidate& candidate) {
        return std::ranges::find(branches, candidate.branch) != branches.end();
    });
    if (found == candidates.end() && wanted.empty() && !branches.empty()) {
        refuseManyBranches(repository.folder, branches);
    }
    // One that is not there is for orchd's own words.
    const auto& chosen = found == candidates.end() ? candidates.front() : *found;
    repository.base = chosen.branch;
    repository.base_from = chosen.from;
}

}  // namespace

Repository findRepository(const fs::path& place, const std::string& wanted) {
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        throw Error("there is no folder " + place.string() +
                    ": name the folder of a git repository with --path");
    }
    requireUsableGit();
    auto repository = standingIn(place);
    chooseBase(repository, wanted);
    requireUsableRepository(repository.folder, repository.base);
    return repository;
}

bool gitIgnores(const Repository& repository, const fs::path& file) {
    if (repository.bare) return true;
    return Git{}.ask(in(repository.folder, {"check-ignore", "--quiet", "--", file.string()})).ok();
}

BaseTree::BaseTree(const Repository& repository)
    : folder_(repository.folder), commit_("refs/heads/" + repository.base) {
    const auto listed = ask(folder_, {"ls-tree", "--name-only", "-z", "--full-tree", commit_});
    std::istringstream names{listed.value_or("")};
    for (std::string name; std::getline(names, name, '\0');) names_.insert(name);
}

std::string BaseTree::read(const std::string& name) const {
    const auto path = fs::path{name}.lexically_normal();
    if (path.empty() || !has(path.begin()->string())) return {};
    return ask(folder_, {"cat-file", "blob", commit_ + ":" + path.string()}).value_or("");
}

}  // namespace orch::ctl
