#include "plugin/services/request.hpp"

#include <orch/plugin.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr int kDeepest = 8;
constexpr std::size_t kRuleBytes = 100;
constexpr std::size_t kWordsBytes = 2000;
constexpr std::size_t kMostEvidence = 50;

std::string inQuotes(std::string_view name) {
    return "\"" + cleanUtf8(shorten(name, 100)) + "\"";
}

/// Refuses depth and repeated names while parsing, so that neither costs memory nor means something
/// else to another reader.
class Strictness {
public:
    bool operator()(int depth, Json::parse_event_t event, const Json& value) {
        using Event = Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) {
            if (depth >= kDeepest) throw Error("it is more than eight levels deep");
            if (event == Event::object_start) names_.emplace_back();
        } else if (event == Event::object_end) {
            names_.pop_back();
        } else if (event == Event::key && !names_.back().insert(value.get<std::string>()).second) {
            throw Error("the member " + inQuotes(value.get<std::string>()) + " comes twice");
        }
        return true;
    }

private:
    std::vector<std::set<std::string>> names_;
};

// nlohmann's words begin with "[json.exception.parse_error.101] ".
std::string wordsOf(const Json::exception& error) {
    const std::string text = error.what();
    const auto end = text.find("] ");
    return cleanUtf8(shorten(end == std::string::npos ? text : text.substr(end + 2), 300));
}

Json parse(std::string_view text) {
    if (text.size() > kMostBytes) throw Error("it is longer than 1 MiB");
    if (text == "{}") return Json::object();
    try {
        Strictness strictness;
        auto value = Json::parse(text, std::ref(strictness));
        if (!value.is_object()) throw Error("it is not a JSON object");
        return value;
    } catch (const Json::exception& error) {
        throw Error("it is not JSON: " + wordsOf(error));
    }
}

}  // namespace

CallRequest::CallRequest(std::string_view method,
                         std::string_view text,
                         const std::vector<const char*>& members)
    : place_(std::string(method) + ": ") {
    try {
        object_ = parse(text);
    } catch (const Error& error) {
        refuse(std::string("the request cannot be read: ") + error.what());
    }
    refuseUnknown(members);
}

CallRequest::CallRequest(std::string place, Json object)
    : place_(std::move(place)), object_(std::move(object)) {}

void CallRequest::refuse(const std::string& what) const {
    throw CallRefused(ORCH_BAD_REQUEST, place_ + what);
}

void CallRequest::refuseUnknown(const std::vector<const char*>& members) const {
    for (const auto& [name, value] : object_.items()) {
        const auto is_name = [&name = name](const char* member) { return name == member; };
        if (std::any_of(members.begin(), members.end(), is_name)) continue;
        const std::vector<std::string> known(members.begin(), members.end());
        const auto near = nearest(name, known);
        refuse("unknown member " + inQuotes(name) + (near ? ", did you mean " + *near + "?" : "") +
               (known.empty() ? " (it takes none)" : " (it takes: " + join(known, ", ") + ")"));
    }
}

const Json* CallRequest::find(const char* name) const {
    const auto member = object_.find(name);
    return member == object_.end() || member->is_null() ? nullptr : &*member;
}

const Json& CallRequest::need(const char* name) const {
    const Json* member = find(name);
    if (!member) refuse(std::string(name) + " is missing");
    return *member;
}

std::string CallRequest::textOf(const Json& value, const std::string& name) const {
    if (!value.is_string()) refuse(name + " must be a text");
    return cleanUtf8(value.get_ref<const std::string&>());
}

std::string CallRequest::text(const char* name, std::size_t most) const {
    auto text = textOf(need(name), name);
    if (text.empty()) refuse(std::string(name) + " must not be empty");
    if (text.size() > most) {
        refuse(std::string(name) + " must not be longer than " + std::to_string(most) + " bytes");
    }
    return text;
}

std::string CallRequest::maybeText(const char* name, std::size_t most) const {
    const Json* member = find(name);
    const bool given =
        member && !(member->is_string() && member->get_ref<const std::string&>().empty());
    return given ? text(name, most) : "";
}

std::string CallRequest::words(const char* name, std::size_t most) const {
    const auto text = textOf(need(name), name);
    if (text.empty()) refuse(std::string(name) + " must not be empty");
    return shorten(text, most);
}

std::int64_t CallRequest::whole(const char* name, std::int64_t low, std::int64_t high) const {
    const Json& value = need(name);
    const bool is_whole = value.is_number_integer() &&
                          !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX);
    if (is_whole && value.get<std::int64_t>() >= low && value.get<std::int64_t>() <= high) {
        return value.get<std::int64_t>();
    }
    refuse(std::string(name) + " must be a whole number from " + std::to_string(low) + " to " +
           std::to_string(high) + ", not " + shorten(cleanUtf8(value.dump(-1, ' ', true)), 60));
}

std::optional<std::int64_t> CallRequest::maybeWhole(const char* name,
                                                    std::int64_t low,
                                                    std::int64_t high) const {
    if (!find(name)) return std::nullopt;
    return whole(name, low, high);
}

Milliseconds CallRequest::span(const char* name,
                               Milliseconds low,
                               Milliseconds high,
                               Milliseconds otherwise) const {
    return Milliseconds{maybeWhole(name, low.count(), high.count()).value_or(otherwise.count())};
}

std::vector<std::string> CallRequest::texts(const char* name,
                                            std::size_t most,
                                            std::size_t most_bytes) const {
    const Json& list = need(name);
    if (!list.is_array() || list.empty() || list.size() > most) {
        refuse(std::string(name) + " must be a list of 1 to " + std::to_string(most) + " texts");
    }
    std::vector<std::string> texts;
    for (const auto& each : list) {
        texts.push_back(textOf(each, "every text of " + std::string(name)));
        if (texts.back().size() > most_bytes) {
            refuse("a text of " + std::string(name) + " is longer than " +
                   std::to_string(most_bytes) + " bytes");
        }
    }
    return texts;
}

Evidence CallRequest::pairs(const char* name, std::size_t most, std::size_t most_bytes) const {
    const Json* object = find(name);
    if (!object) return {};
    if (!object->is_object() || object->size() > most) {
        refuse(std::string(name) + " must be an object of at most " + std::to_string(most) +
               " texts");
    }
    Evidence pairs;
    for (const auto& [key, value] : object->items()) {
        auto text = textOf(value, std::string(name) + "." + inQuotes(key));
        pairs.emplace_back(cleanUtf8(shorten(key, kRuleBytes)), shorten(text, most_bytes));
    }
    return pairs;
}

Why CallRequest::why() const {
    const Json& why = need("why");
    if (!why.is_object()) refuse("why must be an object");
    const CallRequest inner(place_ + "why: ", why);
    inner.refuseUnknown({"rule", "decision", "evidence"});
    return inner.ownWhy();
}

Why CallRequest::ownWhy() const {
    return {text("rule", kRuleBytes),
            words("decision", kWordsBytes),
            pairs("evidence", kMostEvidence, kWordsBytes)};
}

}  // namespace orch
