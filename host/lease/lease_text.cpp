#include "lease/lease_text.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include "base/json_check.hpp"

namespace orch {

namespace {

using Json = nlohmann::ordered_json;

Milliseconds milliseconds(const Json& json, const char* key) {
    return Milliseconds{wholeNumber<std::int64_t>(json.at(key))};
}

/// What would mislead whoever judges the lease makes it unreadable.
void requireSense(const Lease& lease) {
    if (lease.token < 1) throw std::invalid_argument("token");
    if (lease.ttl <= Milliseconds{0}) throw std::invalid_argument("ttl");
    if (lease.holder.pid < 1) throw std::invalid_argument("pid");
}

Lease leaseOf(const Json& json) {
    const auto format = wholeNumber<int>(json.at("format"));
    if (format < 1 || format > kLeaseFormat + 1) throw std::invalid_argument("format");
    Lease lease{.repository = json.at("repository").get<std::string>(),
                .token = wholeNumber<std::int64_t>(json.at("token")),
                .host = json.at("host").get<std::string>(),
                .boot_id = json.at("boot_id").get<std::string>(),
                .holder = {wholeNumber<pid_t>(json.at("pid")),
                           wholeNumber<std::uint64_t>(json.at("start"))},
                .task = json.at("task").get<std::string>(),
                .job = {JobId{wholeNumber<std::int64_t>(json.at("job"))},
                        wholeNumber<int>(json.at("attempt"))},
                .acquired = milliseconds(json, "acquired_ms"),
                .renewed = milliseconds(json, "renewed_ms"),
                .ttl = milliseconds(json, "ttl_ms"),
                .renewals = wholeNumber<int>(json.at("renewals"))};
    requireSense(lease);
    return lease;
}

}  // namespace

std::string writeLease(const Lease& lease) {
    const Json json{{"format", kLeaseFormat},
                    {"repository", lease.repository},
                    {"token", lease.token},
                    {"host", lease.host},
                    {"boot_id", lease.boot_id},
                    {"pid", lease.holder.pid},
                    {"start", lease.holder.start},
                    {"task", lease.task},
                    {"job", raw(lease.job.job)},
                    {"attempt", lease.job.attempt},
                    {"acquired_ms", lease.acquired.count()},
                    {"renewed_ms", lease.renewed.count()},
                    {"ttl_ms", lease.ttl.count()},
                    {"renewals", lease.renewals}};
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Lease> readLease(std::string_view text) {
    if (jsonTrouble(text)) return {};
    try {
        return leaseOf(Json::parse(text));
    } catch (const nlohmann::json::exception&) {
        return {};
    } catch (const std::invalid_argument&) {
        return {};
    }
}

}  // namespace orch
