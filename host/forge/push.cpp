#include "forge/push.hpp"

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

/// "!\t<from>:<to>\t[remote rejected] (<reason>)", as git-push(1) describes for --porcelain.
std::string rejectionIn(const std::string& output) {
    const auto line = output.find("!\t");
    if (line == std::string::npos) return {};
    const auto end = output.find('\n', line);
    const auto summary = output.rfind('\t', end);
    return output.substr(summary + 1, end - summary - 1);
}

/// What the other side wrote, through git ("remote: ") or, on one machine, straight.
std::string remoteWords(const std::string& errors) {
    std::string words;
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);) {
        const std::string mark = "remote: ";
        if (line.rfind(mark, 0) == 0) line.erase(0, mark.size());
        if (line.rfind("error: failed to push some refs", 0) != 0) words += line + "\n";
    }
    return firstErrors(words);
}

bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

bool isBusy(const std::string& rejection, const std::string& words) {
    return has(rejection, "stale info") || has(rejection, "fetch first") ||
           has(rejection, "non-fast-forward") || has(rejection, "failed to update ref") ||
           has(rejection, "failed to lock") || has(words, "cannot lock ref");
}

std::string explained(const GitMirror& mirror,
                      const std::string& rejection,
                      const std::string& words) {
    const bool checkout = has(rejection, "Working directory has") ||
                          has(rejection, "Working directory not clean") ||
                          has(rejection, "Up-to-date check failed") ||
                          has(rejection, "Could not update working tree");
    auto reason = "push to " + mirror.base() + " of " + mirror.remote() + ": ";
    if (checkout) {
        const auto trouble = checkoutTrouble(mirror.remote(), mirror.base());
        reason += trouble.value_or(
                      "the branch is checked out there and its files could not follow; commit,"
                      " stash or move what is in the way") +
                  ". ";
    }
    reason += "git: " + rejection;
    return words.empty() ? reason : reason + ": " + words;
}

}  // namespace

PushAnswer pushBase(const GitMirror& mirror,
                    const std::string& commit,
                    const std::string& expected,
                    const LeaseProof& proof) {
    const auto ref = "refs/heads/" + mirror.base();
    proof.require();
    const auto answer =
        mirror.git()
            .handing(proof.holdDescriptor())
            .ask({"push",
                  "--porcelain",
                  "--no-verify",
                  "--force-with-lease=" + ref + ":" + expected,
                  "--receive-pack=git -c receive.denyCurrentBranch=updateInstead"
                  " -c core.fsync=committed,loose-object,reference receive-pack",
                  "--",
                  mirror.remote(),
                  commit + ":" + ref},
                 std::min<std::chrono::milliseconds>(Git::kTimeout, proof.callLimit()));
    if (answer.ok()) return {PushAnswer::Kind::kDone, {}};
    const auto rejection = rejectionIn(answer.output);
    const auto words = remoteWords(answer.errors);
    if (rejection.empty()) {
        const auto tried = "push to " + mirror.base() + " of " + mirror.remote() + ": ";
        return {PushAnswer::Kind::kUnknown, tried + words};
    }
    const auto kind =
        isBusy(rejection, words) ? PushAnswer::Kind::kBusy : PushAnswer::Kind::kRefused;
    return {kind, explained(mirror, rejection, words)};
}

}  // namespace orch
