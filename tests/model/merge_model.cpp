#include "model/merge_model.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/names.hpp"
#include "pipeline/finisher.hpp"
#include "store/merge_fence.hpp"
#include "store/meta.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

namespace {
constexpr const char* kRepository = "/repository";
constexpr const char* kHead = "head";
constexpr int kMostAttempts = 3;

Ended notStarted(const std::string& why) {
    return {.outcome = Outcome::kStartFailed, .detail = why};
}
}  // namespace

MergeModel::MergeModel(Dropped dropped) : dropped_(dropped) {
    db_.execute("PRAGMA synchronous=OFF");
    db_.execute("BEGIN");
    ensureSchema(db_, folder_ / "model.db");
    setup_.retry = {
        .base = Milliseconds{0}, .cap = Milliseconds{0}, .later = Milliseconds{0}, .max_lost = 1};
    task_ = createTask(tx_, {.project = "p", .title = "t", .stage = "deploy"}).id;
    job_ = enqueueJob(tx_,
                      {.task = task_,
                       .project = "p",
                       .stage = "deploy",
                       .agent = "merge",
                       .lane = Lane::kReserved,
                       .payload = {.kind = WorkKind::kMerge}})
               .id;
}

Job MergeModel::row() {
    return findJob(db_, job_).value();
}

void MergeModel::fail(const std::string& what) {
    if (result_.violation.empty()) result_.violation = what + " after: " + join(path_, ", ");
}

bool MergeModel::onBase(const std::string& commit) const {
    return std::ranges::find(out_.base, commit, &Commit::id) != out_.base.end();
}

BaseSeen MergeModel::see() const {
    BaseSeen seen{"main", tip(), {}};
    const auto found = std::ranges::find(out_.base, kHead, &Commit::head);
    if (found != out_.base.end() && dropped_ != Dropped::kAlreadyMerged) {
        seen.found = OnBase{found->id, {}};
    }
    return seen;
}

void MergeModel::claim(std::size_t who) {
    auto& handler = out_.handlers[who];
    for (auto& job : claimJobs(tx_, {0, 0, 1})) {
        handler = {.at = At::kClaimed, .job = std::move(job)};
        handler.request = {"T-1", "orch/T-1", kHead, tip(), "t"};
    }
}

void MergeModel::lease(std::size_t who) {
    auto& handler = out_.handlers[who];
    try {
        handler.token = beginMerge(tx_, handler.job, handler.request, kRepository);
        out_.lease = who;
        out_.stale = false;
        handler.at = At::kLeased;
    } catch (const LeaseLost& lost) {
        handler.without = mergeLater(lost.what());
        handler.at = At::kKnows;
    }
}

void MergeModel::look(std::size_t who) {
    auto& handler = out_.handlers[who];
    const auto seen = see();
    if (auto landed = withoutMerging(handler.request, seen)) {
        handler.landed = *landed;
        handler.at = At::kKnows;
        return;
    }
    handler.base = seen.tip;
    handler.at = At::kLooked;
}

void MergeModel::require(std::size_t who) {
    auto& handler = out_.handlers[who];
    const bool held = out_.lease == who;
    if (!held) handler.without = mergeLater("lost its lease");
    handler.at = held ? At::kAllowed : At::kKnows;
}

void MergeModel::push(std::size_t who) {
    auto& handler = out_.handlers[who];
    const bool swapped = handler.base == tip() || dropped_ == Dropped::kSwap;
    if (swapped) {
        const auto id = "m" + std::to_string(handler.token);
        if (tip() != handler.base) fail("a merge whose first parent is not the previous tip");
        out_.base.push_back({id, handler.base, kHead});
    }
    handler.said = swapped ? PushAnswer::Kind::kDone : PushAnswer::Kind::kBusy;
    handler.at = At::kPushed;
}

void MergeModel::pushWithoutReply(std::size_t who) {
    push(who);
    out_.handlers[who].said = PushAnswer::Kind::kUnknown;
}

void MergeModel::lookAgain(std::size_t who) {
    auto& handler = out_.handlers[who];
    handler.at = At::kKnows;
    try {
        const auto merge = "m" + std::to_string(handler.token);
        const auto landed =
            afterPush(handler.request, merge, onBase(merge), see(), {handler.said, "no answer"});
        if (landed) {
            handler.landed = *landed;
        } else if (std::exchange(handler.retried, true)) {
            handler.without = notStarted("busy");
        } else {
            handler.at = At::kLeased;
        }
    } catch (const RemoteError& error) {
        handler.without = notStarted(error.what());
    }
}

void MergeModel::end(std::size_t who,
                     const std::function<std::optional<TaskId>(AttemptKey)>& finish) {
    const auto before = row();
    const auto key = out_.handlers[who].job.key();
    (void)finish(dropped_ == Dropped::kAttempt ? before.key() : key);
    if (row().status != before.status && before.key() != key) {
        fail("attempt " + name(before.key()) + " was ended for " + name(key));
    }
    out_.handlers[who] = {};
    if (out_.lease == who) out_.lease.reset();
}

void MergeModel::finish(std::size_t who) {
    const auto handler = out_.handlers[who];
    const bool ours = holdsMergeFence(db_, kRepository, handler.token);
    const auto before = findTask(db_, task_)->merge_sha;
    end(who, [&](AttemptKey key) {
        if (handler.without) return finishAttempt(tx_, setup_, key, *handler.without);
        // Without the fence every token passes for the last one.
        const auto token = dropped_ == Dropped::kFence
                               ? readMetaNumber(db_, std::string("merge_fence:") + kRepository)
                               : handler.token;
        return finishMerge(tx_, setup_, {key, kRepository, token.value_or(0), handler.landed});
    });
    if (!ours && findTask(db_, task_)->merge_sha != before) {
        fail("a merge was recorded with a token that another had passed");
    }
}

void MergeModel::expire(std::size_t) {
    out_.stale = true;
    ++out_.expiries;
}

/// The remote does not answer: what happened there is not known.
void MergeModel::outage(std::size_t who) {
    out_.handlers[who].without = notStarted("no answer");
    out_.handlers[who].at = At::kKnows;
    ++out_.outages;
}

/// A new orchd takes back the claim; the handler of the old one may go on as a zombie.
void MergeModel::restart(std::size_t) {
    (void)releaseClaim(tx_, row().key(), "had not begun");
    ++out_.restarts;
}

void MergeModel::person(std::size_t) {
    out_.base.push_back({"s", tip(), "theirs"});
    ++out_.strangers;
}

void MergeModel::otherTask(std::size_t) {
    (void)takeMergeFence(tx_, kRepository);
    person(0);
    out_.lease.reset();
    out_.stale = false;
}

void MergeModel::addMovesOf(std::size_t who, std::vector<Move>& all) {
    const auto& handler = out_.handlers[who];
    const auto add = [&](const char* what, Step step) {
        all.push_back({"handler " + std::to_string(who) + " " + what, step, who});
    };
    const auto job = row();
    const bool waiting = job.status == JobStatus::kQueued || job.status == JobStatus::kScheduled;
    switch (handler.at) {
        case At::kIdle:
            if (waiting && job.attempt < kMostAttempts) add("claims", &MergeModel::claim);
            return;
        case At::kClaimed:
            if (!out_.lease || out_.stale) add("takes the lease", &MergeModel::lease);
            break;
        case At::kLeased:
            add("looks at the base", &MergeModel::look);
            break;
        case At::kLooked:
            add("checks its lease", &MergeModel::require);
            break;
        case At::kAllowed:
            add("pushes", &MergeModel::push);
            add("pushes and hears nothing", &MergeModel::pushWithoutReply);
            break;
        case At::kPushed:
            add("looks again", &MergeModel::lookAgain);
            break;
        case At::kKnows:
            add("records", &MergeModel::finish);
            break;
    }
    const bool asks = handler.at == At::kLeased || handler.at == At::kPushed;
    if (asks && out_.outages < 1) add("gets no answer", &MergeModel::outage);
}

std::vector<MergeModel::Move> MergeModel::moves() {
    std::vector<Move> all;
    for (std::size_t who = 0; who < out_.handlers.size(); ++who) addMovesOf(who, all);
    if (row().status == JobStatus::kRunning && out_.restarts < 1) {
        all.push_back({"orchd is replaced", &MergeModel::restart, 0});
    }
    if (out_.lease && !out_.stale && out_.expiries < 1) {
        all.push_back({"the lease expires", &MergeModel::expire, 0});
    }
    if (out_.strangers < 1) {
        all.push_back({"a person pushes", &MergeModel::person, 0});
        if (!out_.lease || out_.stale) {
            all.push_back({"another task merges", &MergeModel::otherTask, 0});
        }
    }
    return all;
}

std::string MergeModel::stateKey() {
    const auto job = row();
    std::string key = std::string(nameOf(job.status)) + std::to_string(job.attempt) + "l" +
                      std::to_string(job.lost_count) + "x" +
                      std::to_string(job.exit_code.value_or(-1)) + findTask(db_, task_)->merge_sha;
    for (const auto& commit : out_.base) key += "," + commit.id;
    for (const auto& handler : out_.handlers) {
        key += "|" + std::to_string(static_cast<int>(handler.at)) + "a" +
               std::to_string(handler.job.attempt) + "t" + std::to_string(handler.token) +
               handler.request.expected_base + handler.base +
               std::to_string(static_cast<int>(handler.said)) +
               std::to_string(static_cast<int>(handler.landed.kind)) + handler.landed.sha +
               (handler.without ? "W" + handler.without->detail : "") +
               (handler.retried ? "R" : "");
    }
    return key + "|" + (out_.lease ? std::to_string(*out_.lease) : "-") + (out_.stale ? "s" : "") +
           std::to_string(out_.expiries) + std::to_string(out_.restarts) +
           std::to_string(out_.strangers) + std::to_string(out_.outages);
}

/// What a job that ended says must be what the base shows (M-5).
void MergeModel::checkEnd(const Job& job) {
    const bool landed = std::ranges::find(out_.base, kHead, &Commit::head) != out_.base.end();
    if (job.status == JobStatus::kSucceeded) {
        if (!onBase(findTask(db_, task_)->merge_sha)) fail("merged, and not on the base");
        return;
    }
    Facts facts{.task = *findTask(db_, task_), .merge = WorkDone{job, {}}};
    facts.landed_as.value = landed && dropped_ != Dropped::kRecheck ? "m" : "";
    const auto verdict = gateRegistry().at("merged").judge(facts);
    if (landed && (verdict.stuck || verdict.colour == Colour::kRed)) {
        fail("failed although it is on the base: " + verdict.reason);
    }
}

void MergeModel::checkState() {
    if (std::ranges::count(out_.base, kHead, &Commit::head) > 1) fail("merged twice");
    const auto job = row();
    const auto merge = findTask(db_, task_)->merge_sha;
    if (!merge.empty() && !onBase(merge)) fail("a merge is recorded that is not on the base");
    if (isFinal(job.status)) checkEnd(job);
}

void MergeModel::visit() {
    if (!result_.violation.empty() || !met_.insert(stateKey()).second) return;
    ++result_.states;
    checkState();
    for (const auto& move : moves()) {
        const auto outside = out_;
        const auto mark = "s" + std::to_string(path_.size());
        db_.execute("SAVEPOINT " + mark);
        path_.push_back(move.name);
        (this->*move.step)(move.who);
        visit();
        path_.pop_back();
        db_.execute("ROLLBACK TO " + mark);
        db_.execute("RELEASE " + mark);
        out_ = outside;
    }
}

MergeModel::Result MergeModel::explore() {
    visit();
    db_.execute("ROLLBACK");
    return result_;
}

}  // namespace orch::testing
