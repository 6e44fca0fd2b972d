#include <array>
#include <chrono>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/fields.hpp"
#include "http/json.hpp"
#include "http/orders.hpp"
#include "http/reply_stream.hpp"
#include "http/resources.hpp"

namespace orch {
namespace {

constexpr std::chrono::milliseconds kTellEvery{500};
constexpr std::size_t kLongestPath = 4000;

/// A line of JSON.
std::string lineOf(const Json& object) {
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

BackupRest telling(ReplyStream& out) {
    auto told = AwakeTime::clock::now() - kTellEvery;
    return [&out, told](const BackupProgress& progress, Milliseconds rest) mutable {
        if (AwakeTime::clock::now() - told >= kTellEvery) {
            told = AwakeTime::clock::now();
            out.write(lineOf({{"done", progress.done}, {"total", progress.total}}));
        }
        return out.wait(-1, rest);
    };
}

void sendBackup(const Api& api, const std::string& file, const std::string& by, ReplyStream& out) {
    try {
        const auto made = api.orders.backUp(file, by, telling(out));
        out.write(lineOf({{"file", file}, {"bytes", made.bytes}, {"check", made.check}}));
    } catch (const Error& error) {
        // The status line is sent by now.
        out.write(lineOf({{"error", cleanUtf8(error.what())}}));
    }
}

}  // namespace

Reply postBackup(const Api& api, const Request& request) {
    const std::array rules{FieldRule{"file", Need::kRequired, kLongestPath},
                           FieldRule{"by", Need::kOptional, kLongestName}};
    const auto fields = readFields(request.body, rules);
    const auto file = fields.at("file");
    const auto by = valueOr(fields, "by", "operator");
    requireOutside(api.state_dir, file);
    requireBackupPossible(api.store, file);
    Reply reply;
    reply.type = "application/x-ndjson";
    reply.stream = [&api, file, by](ReplyStream& out) { sendBackup(api, file, by, out); };
    return reply;
}

}  // namespace orch
