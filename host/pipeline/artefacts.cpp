#include "pipeline/artefacts.hpp"

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::uint64_t kLimit = 1'000'000;
constexpr std::size_t kFindingLimit = 2'000;
constexpr std::size_t kFindings = 50;

/// Where they were once, within reach of agents; a hash says whether they are still what they were.
std::filesystem::path formerSnapshots(const Setup& setup, TaskId task) {
    return setup.taskFolder(task) / ".snapshots";
}

Review reviewFrom(const nlohmann::json& json) {
    const auto verdict = json.at("verdict").get<std::string>();
    if (verdict != "approve" && verdict != "reject") {
        throw Error("verdict is \"" + shorten(cleanUtf8(verdict), 40) +
                    "\", it must be \"approve\" or \"reject\"");
    }
    Review review{.approve = verdict == "approve",
                  .head = json.at("head").get<std::string>(),
                  .findings = {}};
    for (const auto& finding : json.value("findings", nlohmann::json::array())) {
        if (review.findings.size() == kFindings) break;
        review.findings.push_back(shorten(finding.get<std::string>(), kFindingLimit));
    }
    return review;
}

}  // namespace

std::string snapshotArtefact(const Setup& setup, TaskId task, const std::string& artefact) {
    if (artefact.empty()) return {};
    const auto file = setup.taskFolder(task) / artefact;
    // A link could lead to what the agent cannot read and orchd can.
    const auto content = readPlainFile(file, kLimit + 1);
    if (!content || content->size() > kLimit) return {};
    const auto hash = sha256(*content);
    ensureFolder(setup.snapshots(task));
    replaceFile(setup.snapshots(task) / hash, *content);
    return hash;
}

std::optional<Artefact> readSnapshot(const Setup& setup, TaskId task, const std::string& hash) {
    if (hash.empty()) return {};
    auto content = readFile(setup.snapshots(task) / hash, kLimit + 1);
    if (!content) content = readPlainFile(formerSnapshots(setup, task) / hash, kLimit + 1);
    if (!content || sha256(*content) != hash) return {};
    return Artefact{hash, std::move(*content)};
}

Observed<Review> parseReview(const std::string& content) {
    try {
        return {reviewFrom(nlohmann::json::parse(content)), {}};
    } catch (const std::exception& error) {
        return {{}, shorten(cleanUtf8(error.what()), 300)};
    }
}

}  // namespace orch
