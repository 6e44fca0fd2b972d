#include "store/codec.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace orch {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class F>
auto decode(std::string_view text, const std::string& where, F read) {
    try {
        return read(json::parse(text));
    } catch (const json::exception& error) {
        throw StoreError(where + " is damaged: " + error.what());
    }
}

void addUnlessEmpty(json& to, const char* key, const std::string& value) {
    if (!value.empty()) to[key] = value;
}

}  // namespace

std::string encodePayload(const Payload& payload) {
    json out = json::object();
    addUnlessEmpty(out, "head", payload.head);
    addUnlessEmpty(out, "base", payload.base);
    addUnlessEmpty(out, "definition", payload.definition);
    addUnlessEmpty(out, "version", payload.version);
    if (!payload.command.empty()) out["command"] = payload.command;
    if (payload.timeout.count() > 0) out["timeout_ms"] = payload.timeout.count();
    return dump(out);
}

Payload decodePayload(std::string_view text, const std::string& where) {
    if (text == "{}") return {};
    return decode(text, where, [](const json& in) {
        Payload payload;
        payload.head = in.value("head", "");
        payload.base = in.value("base", "");
        payload.definition = in.value("definition", "");
        payload.version = in.value("version", "");
        payload.command = in.value("command", std::vector<std::string>{});
        payload.timeout = Milliseconds{in.value("timeout_ms", std::int64_t{0})};
        return payload;
    });
}

std::string encodeProgress(const Progress& progress) {
    return dump({{"edges", progress.edges},
                 {"total", progress.total},
                 {"fingerprints", progress.fingerprints},
                 {"unclear", progress.unclear},
                 {"retests", progress.retests}});
}

Progress decodeProgress(std::string_view text, const std::string& where) {
    return decode(text, where, [](const json& in) {
        Progress progress;
        progress.edges = in.value("edges", progress.edges);
        progress.total = in.value("total", 0);
        progress.fingerprints = in.value("fingerprints", progress.fingerprints);
        progress.unclear = in.value("unclear", 0);
        progress.retests = in.value("retests", 0);
        return progress;
    });
}

std::string encodeEvidence(const Evidence& evidence) {
    json out = json::array();
    for (const auto& [key, value] : evidence) out.push_back(json::array({key, value}));
    return dump(out);
}

Evidence decodeEvidence(std::string_view text, const std::string& where) {
    return decode(text, where, [](const json& in) { return in.get<Evidence>(); });
}

std::string encodeFindings(const std::vector<std::string>& findings) {
    return dump(findings);
}

std::vector<std::string> decodeFindings(std::string_view text, const std::string& where) {
    return decode(text, where, [](const json& in) { return in.get<std::vector<std::string>>(); });
}

}  // namespace orch
