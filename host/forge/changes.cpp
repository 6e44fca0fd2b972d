#include "forge/changes.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "forge/merging.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostPaths = 10'000;
constexpr std::size_t kMostBases = 20;
/// Of a list of paths; more than so many bytes are more than so many paths, near enough.
constexpr std::size_t kPathBytes = 8'000'000;

/// Whoever configured git here, and whatever an attribute says, a diff is a diff of bytes.
const Git::Arguments& plainly() {
    static const Git::Arguments options{"--no-ext-diff",
                                        "--no-textconv",
                                        "--no-color",
                                        "--no-renames",
                                        "--no-relative",
                                        "--submodule=short",
                                        "--ignore-submodules=none",
                                        "--src-prefix=a/",
                                        "--dst-prefix=b/",
                                        "--inter-hunk-context=0",
                                        "--diff-algorithm=default"};
    return options;
}

Git::Arguments command(Git::Arguments begin, const Git::Arguments& end) {
    begin.insert(begin.end(), plainly().begin(), plainly().end());
    begin.insert(begin.end(), end.begin(), end.end());
    return begin;
}

std::string tried(const std::string& base, const std::string& head) {
    return "what " + head + " changes on " + base;
}

GitAnswer askSome(const GitMirror& mirror,
                  const std::string& tried,
                  const Git::Arguments& arguments,
                  std::size_t limit) {
    auto answer = mirror.git().askSome(arguments, limit);
    if (!answer.ok()) throwGitFailure(tried, arguments, answer);
    return answer;
}

std::vector<std::string> mergeBases(const GitMirror& mirror,
                                    const std::string& base,
                                    const std::string& head) {
    auto bases = mirror.mergeBases(base, head);
    if (bases.size() > kMostBases) bases.resize(kMostBases);
    return bases;
}

class PathSet {
public:
    explicit PathSet(const GitMirror& mirror) : mirror_(mirror) {}

    void addBetween(const std::string& from, const std::string& to) {
        const auto answer =
            askSome(mirror_,
                    tried(from, to),
                    {"diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to},
                    kPathBytes);
        too_many_ |= answer.cut;
        for (std::size_t at = 0; at < answer.output.size() && !too_many_;) {
            const auto end = answer.output.find('\0', at);
            if (end == std::string::npos) break;
            paths_.insert(answer.output.substr(at, end - at));
            too_many_ = paths_.size() > kMostPaths;
            at = end + 1;
        }
    }
    [[nodiscard]] ChangedPaths result() const {
        return {{paths_.begin(), paths_.end()}, too_many_};
    }

private:
    const GitMirror& mirror_;
    std::set<std::string> paths_;
    bool too_many_ = false;
};

}  // namespace

ChangedPaths changedPaths(const GitMirror& mirror,
                          const std::string& base,
                          const std::string& head) {
    requireSha(base);
    requireSha(head);
    PathSet paths(mirror);
    const auto bases = mergeBases(mirror, base, head);
    for (const auto& common : bases) paths.addBetween(common, head);
    if (bases.empty()) {  // git merges no histories that have nothing in common
        paths.addBetween(base, head);
        return paths.result();
    }
    // A merge follows renames: what lands may have another name than what was written.
    const auto merge = previewMerge(mirror, base, head);
    if (!merge.tree.empty()) paths.addBetween(base, merge.tree);
    return paths.result();
}

Diff diffOf(const GitMirror& mirror,
            const std::string& base,
            const std::string& head,
            const DiffRequest& request) {
    requireSha(base);
    requireSha(head);
    const auto bases = mergeBases(mirror, base, head);
    Git::Arguments end{
        "-U" + std::to_string(request.context), bases.empty() ? base : bases.front(), head, "--"};
    end.insert(end.end(), request.paths.begin(), request.paths.end());
    auto answer = askSome(mirror,
                          tried(base, head),
                          command({"--literal-pathspecs", "diff-tree", "-r", "-p"}, end),
                          request.limit);
    return {std::move(answer.output), answer.cut};
}

CommitsText commitsOf(const GitMirror& mirror,
                      const std::string& base,
                      const std::string& head,
                      std::size_t limit) {
    requireSha(base);
    requireSha(head);
    const auto range = base + ".." + head;
    const auto log = [&](const std::string& format, const Git::Arguments& what) {
        Git::Arguments end{
            "--diff-merges=dense-combined", "--no-notes", "--no-mailmap", "--no-decorate"};
        end.insert(end.end(), what.begin(), what.end());
        end.insert(end.end(), {range, "--"});
        return askSome(mirror,
                       tried(base, head),
                       command({"-c", "log.showRoot=true", "log", "--format=" + format}, end),
                       limit);
    };
    auto patches = log("commit:%H", {"-p", "-U0", "--text"});
    auto names = log("%x00commit:%H", {"-z", "--name-only", "--diff-filter=A"});
    auto objects = askSome(
        mirror, tried(base, head), {"rev-list", "--header", "--encoding=none", range, "--"}, limit);
    return {std::move(objects.output),
            std::move(names.output),
            std::move(patches.output),
            objects.cut || names.cut || patches.cut};
}

std::optional<std::string> fileOf(const GitMirror& mirror,
                                  const std::string& commit,
                                  const std::string& path,
                                  std::size_t limit) {
    requireSha(commit);
    const auto object = commit + ":" + path;
    const auto found =
        mirror.git().ask({"rev-parse", "--quiet", "--verify", "--end-of-options", object});
    if (!found.ok()) return std::nullopt;
    auto answer =
        askSome(mirror, "reading " + path + " of " + commit, {"cat-file", "blob", object}, limit);
    return std::move(answer.output);
}

}  // namespace orch
