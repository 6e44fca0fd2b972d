#include <charconv>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plugin/services/change.hpp"
#include "plugin/services/notices.hpp"

namespace orch {
namespace {

constexpr const char* kRule = "notice";
constexpr std::size_t kSubjectBytes = 200;
constexpr std::size_t kTextBytes = 4000;
constexpr std::size_t kCauseBytes = 2000;
constexpr int kLookBack = 200;  // rows of one plugin about one subject
constexpr std::size_t kMostSubjects = 1000;

struct Notice {
    std::string subject, text;
    std::string cause;  ///< a digest
};

Notice noticeOf(const CallRequest& request) {
    Notice notice{request.text("subject", kSubjectBytes),
                  request.words("text", kTextBytes),
                  request.maybeText("cause", kCauseBytes)};
    notice.cause = sha256(notice.cause.empty() ? notice.text : notice.cause).substr(0, 16);
    return notice;
}

std::string valueOf(const Evidence& evidence, const std::string& name) {
    for (const auto& [key, value] : evidence) {
        if (key == name) return value;
    }
    return "";
}

std::int64_t numberOf(const Evidence& evidence, const std::string& name) {
    const auto text = valueOf(evidence, name);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// The journal says after a restart what was said before it: no table of its own is needed.
std::optional<SaidNotice> saidBefore(const Call& call, const std::string& subject) {
    const JournalFilter filter{subject, "plugin:" + call.caller.plugin};
    auto rows =
        call.world.store.read([&](Connection& db) { return lastJournal(db, filter, kLookBack); });
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (row->rule != kRule || row->mode != "live") continue;
        // Whether it was repeated while nobody remembered it is not known: it counts as repeated.
        return SaidNotice{valueOf(row->evidence, "cause"),
                          fromMilliseconds(numberOf(row->evidence, "first")),
                          call.world.store.clock().now().at,
                          static_cast<int>(numberOf(row->evidence, "times"))};
    }
    return std::nullopt;
}

std::optional<SaidNotice> lastSaid(const Call& call, const std::string& subject) {
    const auto& notices = call.memory.of(call.caller.plugin).notices;
    const auto known = notices.find(subject);
    if (known != notices.end()) return known->second;
    return saidBefore(call, subject);
}

void remember(const Call& call, const std::string& subject, const SaidNotice& said) {
    auto& notices = call.memory.of(call.caller.plugin).notices;
    // Any of them: the journal knows it too.
    if (notices.size() >= kMostSubjects && !notices.contains(subject)) {
        notices.erase(notices.begin());
    }
    notices[subject] = said;
}

JournalEntry journalOf(const Call& call, const Notice& notice, const SaidNotice& said) {
    return {.actor = actorOf(call.caller),
            .subject = notice.subject,
            .rule = kRule,
            .decision = notice.text,
            .evidence = {{"cause", said.cause},
                         {"first", std::to_string(toMilliseconds(said.first))},
                         {"times", std::to_string(said.times)}}};
}

void say(const Call& call, const Notice& notice, const SaidNotice& said) {
    OutboxRow message{.kind = "notify", .subject = notice.subject, .text = notice.text};
    message.key = "plugin:" + call.caller.plugin +
                  ":notice:" + sha256(notice.subject + "\n" + said.cause).substr(0, 16) + ":" +
                  std::to_string(toMilliseconds(said.first)) + ":" + std::to_string(said.times);
    commit(call.caller,
           call.world.store,
           [entry = journalOf(call, notice, said), message = std::move(message)](Tx& tx) {
               writeJournal(tx, entry);
               writeOutbox(tx, message);
           });
    remember(call, notice.subject, said);
    call.world.told();
}

Json send(const Call& call, const Notice& notice) {
    const auto now = call.world.store.clock().now().at;
    auto said = lastSaid(call, notice.subject);
    if (const auto next = nextNotice(said, notice.cause, now)) {
        say(call, notice, *next);
        return answer("done");
    }
    said->asked = now;
    remember(call, notice.subject, *said);
    return answer("nothing", "it was said before");
}

}  // namespace

Json sendNoticeFor(const Call& call) {
    const auto notice = noticeOf(call.request);
    const Deed deed{notice.subject + "\n" + notice.cause,
                    notice.subject,
                    {.rule = kRule, .decision = notice.text}};
    return change(call, deed, [&] { return send(call, notice); });
}

}  // namespace orch
