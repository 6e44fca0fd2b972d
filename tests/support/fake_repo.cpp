#include "support/fake_repo.hpp"

#include <cstdio>
#include <functional>
#include <utility>

#include "base/error.hpp"

namespace orch::testing {

namespace {

std::string hex40(std::size_t first, std::size_t second) {
    char text[41];
    std::snprintf(text, sizeof text, "%016zx%024zx", first, second);
    return text;
}

std::string contentOf(const FakeTree& files, const std::string& path) {
    const auto found = files.find(path);
    return found == files.end() ? std::string("\0absent", 7) : found->second;
}

void takeOver(FakeTree& files, const FakeTree& from, const std::string& path) {
    const auto found = from.find(path);
    if (found == from.end()) {
        files.erase(path);
    } else {
        files[path] = found->second;
    }
}

}  // namespace

std::string fakeTreeSha(const FakeTree& files) {
    std::string all;
    for (const auto& [path, content] : files) all += path + '\0' + content + '\0';
    return hex40(std::hash<std::string>{}(all), all.size());
}

std::string FakeRepo::add(std::vector<std::string> parents, FakeTree files, std::string message) {
    const auto number = commits_.size() + 1;
    auto sha = hex40(number << 44U, number);
    commits_.emplace(sha, FakeCommit{std::move(parents), std::move(files), std::move(message)});
    return sha;
}

const FakeCommit& FakeRepo::at(const std::string& sha) const {
    const auto found = commits_.find(sha);
    if (found == commits_.end()) throw RemoteError("no commit " + sha, false);
    return found->second;
}

std::set<std::string> FakeRepo::historyOf(const std::string& tip) const {
    std::set<std::string> seen;
    std::vector<std::string> waiting{tip};
    while (!waiting.empty()) {
        const auto sha = waiting.back();
        waiting.pop_back();
        if (!seen.insert(sha).second) continue;
        for (const auto& parent : at(sha).parents) waiting.push_back(parent);
    }
    return seen;
}

bool FakeRepo::contains(const std::string& tip, const std::string& sha) const {
    return historyOf(tip).contains(sha);
}

FakeTree FakeRepo::mergeBase(const std::string& a, const std::string& b) const {
    const auto of_b = historyOf(b);
    std::string newest;  // shas grow, so the greatest common one is a best common ancestor
    for (const auto& sha : historyOf(a)) {
        if (of_b.contains(sha) && sha > newest) newest = sha;
    }
    return newest.empty() ? FakeTree{} : at(newest).files;
}

FakeRepo::Merge FakeRepo::merge(const std::string& base, const std::string& head) const {
    const auto origin = mergeBase(base, head);
    const auto& ours = at(base).files;
    const auto& theirs = at(head).files;
    FakeTree paths = origin;
    paths.insert(theirs.begin(), theirs.end());
    Merge result{ours, {}};
    for (const auto& [path, ignored] : paths) {
        const auto was = contentOf(origin, path);
        const auto our = contentOf(ours, path);
        const auto their = contentOf(theirs, path);
        if (their == was || their == our) continue;
        if (our == was) {
            takeOver(result.files, theirs, path);
        } else {
            result.conflicts.push_back(path);
        }
    }
    return result;
}

MergePreview FakeRepo::preview(const std::string& base, const std::string& head) const {
    auto result = merge(base, head);
    if (!result.conflicts.empty()) return {{}, std::move(result.conflicts), false};
    return {fakeTreeSha(result.files), {}, result.files == at(base).files};
}

FakeTree FakeRepo::merged(const std::string& base, const std::string& head) const {
    return merge(base, head).files;
}

std::optional<std::string> FakeRepo::landedAs(const std::string& tip,
                                              const std::string& task,
                                              const std::string& head) const {
    const auto trailers = "\nOrch-Task: " + task + "\nOrch-Head: " + head + "\n";
    std::optional<std::string> through;
    for (auto sha = tip;; sha = at(sha).parents.front()) {
        const auto& commit = at(sha);
        if (contains(sha, head) || commit.message.find(trailers) != std::string::npos) {
            through = sha;
        } else if (through) {
            break;
        }
        if (commit.parents.empty()) break;
    }
    if (through && (revertOf(tip, *through) || revertOf(tip, head))) return std::nullopt;
    return through;
}

std::optional<std::string> FakeRepo::revertOf(const std::string& tip,
                                              const std::string& sha) const {
    for (const auto& later : historyOf(tip)) {
        const auto& message = at(later).message;
        if (message.find("This reverts commit " + sha) == std::string::npos) continue;
        if (!revertOf(tip, later)) return later;
    }
    return std::nullopt;
}

}  // namespace orch::testing
