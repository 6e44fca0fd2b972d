#include "forge/merging.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "forge/listings.hpp"

namespace orch {

namespace {

std::string tried(const GitMirror& mirror, const std::string& base, const std::string& head) {
    return "merge of " + head + " into " + base + " of " + mirror.remote();
}

/// Line breaks in a title would make it a body, or a trailer.
std::string oneLine(const std::string& title) {
    auto line = shorten(cleanUtf8(title), 200);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

}  // namespace

MergePreview previewMerge(const GitMirror& mirror,
                          const std::string& base,
                          const std::string& head) {
    requireSha(base);
    requireSha(head);
    const Git::Arguments question{"merge-tree", "--write-tree", "-z", "--name-only", base, head};
    const auto answer = mirror.git().ask(question);
    // Exit code 1 is a conflict, and also a commit that is not there: then no tree is printed.
    const auto tree = answer.output.substr(0, answer.output.find('\0'));
    if (answer.exit_code > 1 || tree.size() < 40) {
        throwGitFailure(tried(mirror, base, head), question, answer);
    }
    if (!answer.ok()) return {{}, conflictsIn(answer.output), false};
    const auto base_tree =
        mirror.git().run(tried(mirror, base, head), {"rev-parse", "--verify", base + "^{tree}"});
    return {tree, {}, tree == base_tree};
}

std::string commitMerge(const GitMirror& mirror,
                        const MergePreview& merge,
                        const std::string& base,
                        const std::string& head,
                        const std::string& message) {
    return mirror.git().run(
        tried(mirror, base, head),
        {"commit-tree", "--no-gpg-sign", "-p", base, "-p", head, "-m", message, merge.tree});
}

std::string mergeMessage(const LandRequest& request, const LeaseProof& proof) {
    auto message = "Merge " + request.task + ": " + oneLine(request.title) +
                   "\n\nOrch-Task: " + request.task + "\nOrch-Head: " + request.head;
    for (const auto& [name, value] : request.trailers) {
        message += "\n" + name + ": " + oneLine(value);
    }
    return message + "\nOrch-Fence: " + std::to_string(proof.token());
}

}  // namespace orch
