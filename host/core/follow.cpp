#include "core/follow.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "core/names.hpp"

namespace orch {

namespace {

constexpr int kUnclearLimit = 6;
constexpr Milliseconds kUnclearBase{std::chrono::seconds{5}};

Follow park(const Facts& facts, std::string reason) {
    return {
        .kind = Follow::Kind::kPark, .reason = std::move(reason), .progress = facts.task.progress};
}

/// The same outcome of the same stage a second time: nothing moved in between.
bool repeated(const Facts& facts, const std::string& fingerprint) {
    const auto& known = facts.task.progress.fingerprints;
    const auto last = known.find(facts.stage.name);
    return last != known.end() && last->second == fingerprint;
}

Follow noProgress(const Facts& facts, const Verdict& verdict) {
    return park(facts,
                "no progress: " + facts.stage.name +
                    " ended twice with the same work and the same result (" + verdict.gate + ": " +
                    verdict.reason + ")");
}

Follow followGreen(const Facts& facts, const Verdict& verdict, const PipelineDef& pipeline) {
    const auto fingerprint = fingerprintOf(facts, verdict);
    if (repeated(facts, fingerprint)) return noProgress(facts, verdict);
    Follow next{
        .kind = Follow::Kind::kAdvance, .reason = verdict.reason, .progress = facts.task.progress};
    const auto* stage = pipeline.after(facts.stage.name);
    next.to = stage != nullptr ? stage->name : "done";
    next.progress.fingerprints[facts.stage.name] = fingerprint;
    next.progress.unclear = 0;
    return next;
}

std::string timesText(int count) {
    return std::to_string(count) + (count == 1 ? " time" : " times");
}

/// The outcomes of `stage` and of all after it.
void forgetFrom(const std::string& stage, const PipelineDef& pipeline, Progress& progress) {
    for (const auto* each = pipeline.find(stage); each != nullptr;
         each = pipeline.after(each->name)) {
        progress.fingerprints.erase(each->name);
    }
}

Follow followRed(const Facts& facts, const Verdict& verdict, const PipelineDef& pipeline) {
    const auto fingerprint = fingerprintOf(facts, verdict);
    if (repeated(facts, fingerprint)) return noProgress(facts, verdict);
    const auto usual = facts.stage.on_red.to.empty() ? facts.stage.name : facts.stage.on_red.to;
    const auto to = verdict.target.empty() ? usual : verdict.target;
    Follow next{.kind = Follow::Kind::kRework,
                .to = to,
                .reason = verdict.reason,
                .progress = facts.task.progress};
    auto& progress = next.progress;
    const int went_back = progress.edges[facts.stage.name + ">" + to]++;
    if (went_back >= facts.stage.on_red.limit) {
        return park(facts,
                    "sent back to " + to + " " + timesText(went_back) + ", limit " +
                        std::to_string(facts.stage.on_red.limit) + " (" + verdict.gate + ": " +
                        verdict.reason + ")");
    }
    if (++progress.total > pipeline.rework_limit) {
        return park(facts,
                    "sent back " + timesText(progress.total - 1) + " in all, limit " +
                        std::to_string(pipeline.rework_limit) + " (" + verdict.gate + ": " +
                        verdict.reason + ")");
    }
    progress.fingerprints[facts.stage.name] = fingerprint;
    progress.unclear = 0;
    progress.retests = 0;
    if (verdict.anew) forgetFrom(to, pipeline, progress);
    return next;
}

Follow followUnclear(const Facts& facts, const Verdict& verdict) {
    if (verdict.stuck) return park(facts, verdict.reason);
    Follow next{
        .kind = Follow::Kind::kLater, .reason = verdict.reason, .progress = facts.task.progress};
    if (++next.progress.unclear >= kUnclearLimit) {
        return park(facts,
                    verdict.gate + " could not be judged " + timesText(kUnclearLimit) +
                        ", last: " + verdict.reason);
    }
    next.after = kUnclearBase * (1 << (next.progress.unclear - 1));
    return next;
}

/// The nearest stage before this one that checks; empty without one.
std::string checkingStage(const Facts& facts, const PipelineDef& pipeline) {
    std::string found;
    for (const auto& stage : pipeline.stages) {
        if (stage.name == facts.stage.name) break;
        if (!stage.check.empty()) found = stage.name;
    }
    return found;
}

Follow followPending(const Facts& facts, const Verdict& verdict, const PipelineDef& pipeline) {
    Follow next{
        .kind = Follow::Kind::kWait, .reason = verdict.reason, .progress = facts.task.progress};
    if (verdict.again) {
        next.kind = Follow::Kind::kLater;
        next.after = *verdict.again;
    }
    if (!verdict.needs) return next;
    next.kind = Follow::Kind::kRun;
    next.work = *verdict.needs;
    if (*verdict.needs == WorkKind::kCheck && facts.stage.check.empty()) {
        next.to = checkingStage(facts, pipeline);
        if (next.to.empty()) {
            next.work = WorkKind::kMerge;
        } else {
            next.kind = Follow::Kind::kRetest;
            ++next.progress.retests;
        }
    }
    return next;
}

}  // namespace

std::string fingerprintOf(const Facts& facts, const Verdict& verdict) {
    std::string text = std::string(nameOf(verdict.colour)) + '\0' + verdict.gate + '\0';
    text += (facts.work ? facts.work->head : "") + '\0';
    text += (facts.artefact ? facts.artefact->hash : "") + '\0';
    // Only where a merge is judged does another base make it another outcome.
    const bool about_merge = facts.check || facts.preview;
    text += (about_merge && facts.base ? *facts.base : "") + '\0';
    // The base may have moved between the check and this look: then a retest is another outcome.
    text += (facts.check ? facts.check->job.payload.base : "") + '\0';
    return sha256(text).substr(0, 32);
}

Follow follow(const Facts& facts, const Verdict& verdict, const PipelineDef& pipeline) {
    switch (verdict.colour) {
        case Colour::kGreen:
            return followGreen(facts, verdict, pipeline);
        case Colour::kRed:
            return followRed(facts, verdict, pipeline);
        case Colour::kUnclear:
            return followUnclear(facts, verdict);
        case Colour::kPending:
            return followPending(facts, verdict, pipeline);
        case Colour::kHuman:
            break;
    }
    return {.kind = Follow::Kind::kWait, .reason = verdict.reason, .progress = facts.task.progress};
}

}  // namespace orch
