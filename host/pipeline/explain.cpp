#include "pipeline/explain.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/names.hpp"
#include "pipeline/standing.hpp"
#include "store/jobs.hpp"

namespace orch {

namespace {

constexpr Milliseconds kJudgeBound{std::chrono::seconds{3}};

std::string since(const Now& now, Instant at) {
    return "since " + formatUtc(wallTimeOf(at, now)) + " (" + spokenDuration(now.at - at) + ")";
}

std::string summaryOf(const Task& task, const Now& now) {
    const std::string who = name(task.id) + " \"" + shorten(task.title, 80) + "\" ";
    switch (task.state) {
        case TaskState::kDone:
            return who + "is done " + since(now, task.stage_since) + ".";
        case TaskState::kCancelled:
            return who + "was cancelled in " + task.stage + ".";
        default:
            break;
    }
    const std::string state =
        task.state == TaskState::kActive ? "" : ", " + std::string(nameOf(task.state));
    return who + "stands in " + task.stage + state + " " + since(now, task.stage_since) + ".";
}

int limitOf(const ClaimLimits& limits, Lane lane) {
    switch (lane) {
        case Lane::kAgent:
            return limits.agent;
        case Lane::kExec:
            return limits.exec;
        case Lane::kReserved:
            return limits.reserved;
    }
    return 0;
}

std::string waitsBehind(const Job& ahead) {
    const auto who = ahead.agent + " job " + std::to_string(raw(ahead.id)) +
                     (ahead.task ? " of " + name(*ahead.task) : "");
    return "the lane deploy:" + ahead.project + " runs one at a time: " + who + " is " +
           (isFinal(ahead.status) ? "not verified to have ended"
                                  : std::string(nameOf(ahead.status)));
}

/// One command for each thing that an answer with this verb can be about.
void addAnswers(const Explanation& seen,
                const std::string& verb,
                const std::string& command,
                const std::string& rest,
                std::vector<std::string>& actions) {
    for (const auto& each : seen.standing) {
        const auto action = command + " " + shownOption(each) + rest;
        const bool new_one = std::ranges::find(actions, action) == actions.end();
        if (each.verb == verb && new_one) actions.push_back(action);
    }
}

std::vector<std::string> actionsFor(const Explanation& seen, const Task& task) {
    const auto id = name(task.id);
    switch (task.state) {
        case TaskState::kDone:
        case TaskState::kCancelled:
            return {};
        case TaskState::kPaused:
            return {"orchctl task resume " + id, "orchctl task cancel " + id};
        case TaskState::kParked: {
            std::vector<std::string> actions{"orchctl task retry " + id,
                                             "orchctl task rework " + id + " \"…\""};
            addAnswers(
                seen, "override", "orchctl task override " + id, " --because \"…\"", actions);
            actions.push_back("orchctl task cancel " + id);
            return actions;
        }
        case TaskState::kActive:
            break;
    }
    std::vector<std::string> answers;
    addAnswers(seen, "approve", "orchctl task approve " + id, "", answers);
    addAnswers(seen, "approve", "orchctl task reject " + id, " \"…\"", answers);
    if (!answers.empty()) return answers;
    return {"orchctl task pause " + id, "orchctl task cancel " + id};
}

std::string lineOf(const Verdict& verdict) {
    return "gate " + verdict.gate + ": " + std::string(nameOf(verdict.colour)) + " — " +
           verdict.reason;
}

}  // namespace

Explainer::Explainer(
    Store& store, const Setup& setup, Engine& engine, Admission& admission, const Worker& worker)
    : store_(store), setup_(setup), engine_(engine), admission_(admission), worker_(worker) {}

Explainer::Seen Explainer::see(TaskId id) {
    return store_.read([&](Connection& db) {
        const auto task = findTask(db, id);
        if (!task) throw Refused(Refused::Why::kNotFound, "there is no task " + name(id));
        Seen seen{.task = *task,
                  .live = liveJobOf(db, id),
                  .recorded = verdictsOf(db, id, 20),
                  .queue_paused = queuePaused(db)};
        if (seen.live && seen.live->status == JobStatus::kQueued) {
            seen.ahead = deployAhead(db, seen.live->id);
        }
        for (const auto& job : runningJobs(db))
            ++seen.running.at(static_cast<std::size_t>(job.lane));
        return seen;
    });
}

void Explainer::explainLiveJob(const Seen& seen, Explanation& out) {
    const Job& job = *seen.live;
    const auto now = store_.clock().now();
    const std::string who = job.agent + " job " + std::to_string(raw(job.id));
    if (job.status == JobStatus::kRunning) {
        const auto started = job.started_at.value_or(job.created_at);
        out.lines.push_back(who + " (attempt " + std::to_string(job.attempt) + ") runs " +
                            since(now, started));
        if (job.cancel_requested) out.lines.push_back("it was told to end and has not ended yet");
        return;
    }
    if (job.status == JobStatus::kScheduled && job.run_at) {
        const auto left = std::max(Milliseconds{0}, *job.run_at - now.at);
        out.lines.push_back(who + " waits for its next attempt in " + spokenDuration(left) +
                            (job.reason.empty() ? "" : ", after: " + job.reason));
        return;
    }
    out.lines.push_back(who + " is queued: " + whyQueued(seen, job));
}

std::string Explainer::whyQueued(const Seen& seen, const Job& job) {
    if (seen.queue_paused) return "the queue is paused (orchctl queue resume)";
    if (job.payload.kind == WorkKind::kFinalize) {
        return seen.ahead ? waitsBehind(*seen.ahead) : "its turn comes next";
    }
    if (seen.task.blocked_by) {
        return "attempt " + name(*seen.task.blocked_by) + " has processes that are still alive";
    }
    if (seen.task.state != TaskState::kActive) {
        return "the task is " + std::string(nameOf(seen.task.state));
    }
    if (seen.ahead) return waitsBehind(*seen.ahead);
    if (const auto what = worker_.waitsFor(job); !what.empty()) return what;
    const auto disk = job.lane == Lane::kReserved ? "" : admission_.report().reason;
    if (!disk.empty()) return disk;
    const int limit = limitOf(setup_.limits, job.lane);
    if (seen.running.at(static_cast<std::size_t>(job.lane)) < limit) return "its turn comes next";
    return "all " + std::to_string(limit) + " slots of the lane " + std::string(nameOf(job.lane)) +
           " are taken";
}

void Explainer::showRecorded(const Seen& seen, const std::string& why, Explanation& out) {
    for (const auto& row : seen.recorded) {
        if (row.stage == seen.task.stage && row.visit == seen.task.visit)
            out.verdicts.push_back(row.verdict);
    }
    if (const auto* stage = setup_.pipeline.find(seen.task.stage)) {
        out.standing = standingOf(seen.task, *stage, seen.recorded);
    }
    out.lines.push_back(why + ": the verdicts shown are the last recorded ones");
}

void Explainer::explainGates(const Seen& seen, Explanation& out) {
    try {
        if (const auto judged = engine_.judgeWithin(seen.task.id, kJudgeBound)) {
            out.verdicts = judged->verdicts;
            out.standing = standingOf(judged->facts, judged->verdicts);
        } else {
            showRecorded(seen, "its repository is busy", out);
        }
    } catch (const ProjectHeld& held) {
        showRecorded(seen, held.what(), out);
    }
    for (const auto& verdict : out.verdicts) out.lines.push_back(lineOf(verdict));
}

Explanation Explainer::explain(TaskId id) {
    const auto seen = see(id);
    Explanation out{.task = id, .summary = summaryOf(seen.task, store_.clock().now())};
    const bool over = isOver(seen.task.state);
    if (!seen.task.reason.empty()) {
        out.lines.push_back(std::string(nameOf(seen.task.state)) + ": " + seen.task.reason);
    }
    if (seen.live) {
        explainLiveJob(seen, out);
    } else if (!over) {
        explainGates(seen, out);
    }
    if (seen.task.state == TaskState::kDone) {
        const auto sha = shortSha(seen.task.merge_sha);
        out.lines.push_back(sha.empty() ? "it went through every stage" : "merged as " + sha);
    }
    if (seen.task.state == TaskState::kCancelled && !seen.task.merge_sha.empty()) {
        out.lines.push_back("it was merged as " + shortSha(seen.task.merge_sha) +
                            " all the same; revert that if it must not stay");
    }
    if (out.lines.empty())
        out.lines.emplace_back("nothing stands in its way: its stage is looked at next");
    out.actions = actionsFor(out, seen.task);
    return out;
}

}  // namespace orch
