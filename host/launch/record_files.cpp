#include "launch/record_files.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/error.hpp"
#include "base/json_check.hpp"
#include "launch/attempt_folder.hpp"

namespace orch {

namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<Outcome, const char*>, 5> kOutcomes{
    {{Outcome::kExited, "exited"},
     {Outcome::kSignaled, "signaled"},
     {Outcome::kTimedOut, "timed_out"},
     {Outcome::kCancelled, "cancelled"},
     {Outcome::kStartFailed, "start_failed"}}};
constexpr std::array<std::pair<KilledBy, const char*>, 4> kKillers{
    {{KilledBy::kNobody, "nobody"},
     {KilledBy::kDeadline, "deadline"},
     {KilledBy::kStall, "stall"},
     {KilledBy::kRequest, "request"}}};

template <typename Names, typename Value>
const char* nameIn(const Names& names, Value value) {
    for (const auto& [known, word] : names) {
        if (known == value) return word;
    }
    throw std::invalid_argument("an attempt's exit record cannot say this outcome");
}

template <typename Names>
auto valueIn(const Names& names, const std::string& word) {
    for (const auto& [value, known] : names) {
        if (word == known) return value;
    }
    throw std::invalid_argument("unknown word " + word);
}

/// FNV-1a: it is there against cut and mixed-up files, not against forgers.
std::string checksum(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    std::array<char, 17> hex{};
    (void)snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(hash));
    return hex.data();
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

AttemptKey keyIn(const Json& json) {
    return {JobId{wholeNumber<std::int64_t>(json.at("job"))}, wholeNumber<int>(json.at("attempt"))};
}

Json parse(std::string_view text) {
    if (jsonTrouble(text)) throw std::invalid_argument("JSON");
    auto json = Json::parse(text);
    const auto format = wholeNumber<int>(json.at("format"));
    if (format < 1 || format > kRecordFormat + 1) throw std::invalid_argument("format");
    return json;
}

Json parse(std::string_view text, AttemptKey key) {
    auto json = parse(text);
    if (keyIn(json) != key) throw std::invalid_argument("another attempt");
    return json;
}

void verify(Json json) {
    const auto claimed = json.at("checksum").get<std::string>();
    json.erase("checksum");
    if (checksum(dump(json)) != claimed) throw std::invalid_argument("checksum");
}

Json identity(const ProcessIdentity& who) {
    return {{"pid", who.pid}, {"start", who.start}};
}

ProcessIdentity identity(const Json& json) {
    return {wholeNumber<pid_t>(json.at("pid")), wholeNumber<std::uint64_t>(json.at("start"))};
}

void put(Json& json, const char* key, const std::optional<int>& value) {
    if (value) json[key] = *value;
}

std::optional<int> optionalInt(const Json& json, const char* key) {
    return json.contains(key) ? std::optional{wholeNumber<int>(json.at(key))} : std::nullopt;
}

/// An exit code that nobody observed must not be read out of a file that contradicts itself.
void requireWhole(const ExitRecord& exit) {
    if (exit.outcome == Outcome::kExited && !exit.exit_code) throw std::invalid_argument("code");
    if (exit.outcome == Outcome::kSignaled && !exit.signal) throw std::invalid_argument("signal");
    if (exit.exit_code && exit.signal) throw std::invalid_argument("code and signal");
}

ExitRecord readExit(const Json& json, AttemptKey key) {
    ExitRecord exit;
    exit.key = key;
    exit.outcome = valueIn(kOutcomes, json.at("outcome").get<std::string>());
    exit.exit_code = optionalInt(json, "exit_code");
    exit.signal = optionalInt(json, "signal");
    exit.killed_by = valueIn(kKillers, json.at("killed_by").get<std::string>());
    exit.detail = json.at("detail").get<std::string>();
    exit.output_bytes = wholeNumber<std::uint64_t>(json.at("output_bytes"));
    exit.user_ms = wholeNumber<std::int64_t>(json.at("user_ms"));
    exit.system_ms = wholeNumber<std::int64_t>(json.at("system_ms"));
    exit.max_rss_kb = wholeNumber<std::int64_t>(json.at("max_rss_kb"));
    requireWhole(exit);
    return exit;
}

/// A broken file is an everyday answer here, not a failure.
template <typename Read>
auto readOrNothing(Read read) -> std::optional<decltype(read())> {
    try {
        return read();
    } catch (const Json::exception&) {
        return {};
    } catch (const std::invalid_argument&) {
        return {};
    }
}

}  // namespace

UntrustedText AttemptFolder::read(const std::filesystem::path& file, std::uint64_t limit) const {
    auto found =
        readUntrusted(path.parent_path(), file.lexically_relative(path.parent_path()), limit);
    if (found.unsure) throw Error(file.string() + " " + found.trouble);
    return found;
}

std::string encodeProc(const ProcRecord& proc) {
    return dump({{"format", kRecordFormat},
                 {"job", raw(proc.key.job)},
                 {"attempt", proc.key.attempt},
                 {"boot", proc.boot_id},
                 {"shim", identity(proc.shim)},
                 {"agent", identity(proc.agent)},
                 {"confinement", proc.confinement}});
}

std::optional<ProcRecord> decodeProc(std::string_view text, AttemptKey key) {
    return readOrNothing([&] {
        const auto json = parse(text, key);
        return ProcRecord{key,
                          json.at("boot").get<std::string>(),
                          identity(json.at("shim")),
                          identity(json.at("agent")),
                          json.value("confinement", "")};
    });
}

std::string encodeExit(const ExitRecord& exit) {
    Json json{{"format", kRecordFormat},
              {"job", raw(exit.key.job)},
              {"attempt", exit.key.attempt},
              {"outcome", nameIn(kOutcomes, exit.outcome)},
              {"killed_by", nameIn(kKillers, exit.killed_by)},
              {"detail", exit.detail},
              {"output_bytes", exit.output_bytes},
              {"user_ms", exit.user_ms},
              {"system_ms", exit.system_ms},
              {"max_rss_kb", exit.max_rss_kb}};
    put(json, "exit_code", exit.exit_code);
    put(json, "signal", exit.signal);
    // Bytes that are no text are replaced in dump(): the sum must be over what a reader will see.
    json = Json::parse(dump(json));
    json["checksum"] = checksum(dump(json));
    return dump(json);
}

std::optional<ExitRecord> decodeExit(std::string_view text, AttemptKey key) {
    return readOrNothing([&] {
        const auto json = parse(text, key);
        verify(json);
        return readExit(json, key);
    });
}

std::optional<AttemptKey> keyOfExit(std::string_view text) {
    return readOrNothing([&] {
        const auto json = parse(text);
        verify(json);
        return keyIn(json);
    });
}

}  // namespace orch
