#include <chrono>
#include <optional>

#include "http/log_tail.hpp"
#include "http/lookup.hpp"
#include "http/problem.hpp"
#include "http/reply_stream.hpp"
#include "http/resources.hpp"
#include "http/target.hpp"
#include "store/jobs.hpp"

namespace orch {
namespace {

/// How long a follower sleeps at most before it asks whether the attempt has ended.
constexpr std::chrono::milliseconds kLook{200};

struct Wanted {
    JobId job{};
    int attempt = 0;  ///< 0: the first one that begins
    bool follow = false;
};

std::optional<Job> readJob(const Api& api, JobId id) {
    return api.store.read([&](Connection& db) { return findJob(db, id); });
}

bool hasEnded(const Api& api, AttemptKey key) {
    return api.store.read([&](Connection& db) {
        const auto job = findJob(db, key.job);
        return !job || job->attempt != key.attempt || job->status != JobStatus::kRunning;
    });
}

/// Waits for a job's first attempt; nothing when it ended without one or nobody listens any more.
std::optional<AttemptKey> awaitFirst(const Api& api, JobId id, ReplyStream& out) {
    while (const auto job = readJob(api, id)) {
        if (job->attempt > 0) return job->key();
        if (isFinal(job->status) || !out.wait(-1, kLook)) return std::nullopt;
    }
    return std::nullopt;
}

/// Sends what is there; true when there was something.
bool sendNew(LogTail& log, ReplyStream& out) {
    bool sent = false;
    for (auto piece = log.next(); !piece.empty(); piece = log.next()) {
        out.write(piece);
        sent = true;
    }
    return sent;
}

void follow(const Api& api, AttemptKey key, LogTail& log, ReplyStream& out) {
    while (true) {
        if (!sendNew(log, out) && hasEnded(api, key)) {
            sendNew(log, out);  // written between the last look and the end
            return;
        }
        if (!out.wait(log.changes(), kLook)) return;
        log.forgetChanges();
    }
}

void sendLog(const Api& api, const Wanted& wanted, ReplyStream& out) {
    std::optional<AttemptKey> key = AttemptKey{wanted.job, wanted.attempt};
    if (wanted.attempt == 0) key = wanted.follow ? awaitFirst(api, wanted.job, out) : std::nullopt;
    if (!key) return;
    LogTail log(api.orders.logOf(*key));
    if (wanted.follow) {
        follow(api, *key, log, out);
    } else {
        sendNew(log, out);
    }
}

}  // namespace

Reply getLog(const Api& api, const Request& request) {
    const auto id = jobIdIn(request);
    const auto job = api.store.read([&](Connection& db) { return jobOrThrow(db, id); });
    const auto attempt = numberIn(request, "attempt", {1, 1'000'000, job.attempt});
    if (attempt > job.attempt) {
        throw Rejected(404,
                       "job " + std::to_string(raw(id)) + " has had " +
                           std::to_string(job.attempt) + " attempts so far");
    }
    const Wanted wanted{id, static_cast<int>(attempt), flagIn(request, "follow")};
    Reply reply;
    reply.type = "text/plain; charset=utf-8";
    reply.stream = [&api, wanted](ReplyStream& out) { sendLog(api, wanted, out); };
    return reply;
}

}  // namespace orch
