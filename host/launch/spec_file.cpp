#include "launch/spec_file.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "base/json_check.hpp"
#include "base/text.hpp"
#include "launch/record_files.hpp"
#include "launch/run_order.hpp"

namespace orch {

namespace {

using Json = nlohmann::json;

/// In the order of PathAccess.
constexpr std::array<std::string_view, 4> kAccess{"none", "read", "use", "write"};
/// Everything but links and special files: an orchd before 0.2 let agents write so in the mirror
/// that it shared with them. That is no mirror any more (forge/former_mirror.hpp), and orchds of
/// then start this shim from the moment it is installed.
constexpr std::string_view kFormerAccess = "plain";

std::size_t indexOf(PathAccess access) {
    return static_cast<std::size_t>(access);
}

void requireUtf8(const std::string& text, const std::string& what) {
    try {
        (void)Json(text).dump();
    } catch (const Json::type_error&) {
        throw LaunchError("cannot start the agent: " + what + " is not valid UTF-8: \"" +
                          cleanUtf8(text) + "\"");
    }
}

/// A StartSpec or a RunOrder.
template <class Order>
void requireUtf8(const Order& order) {
    requireUtf8(order.folder.string(), "its working folder");
    for (const auto& word : order.command) requireUtf8(word, "a word of its command");
    for (const auto& line : order.environment) {
        requireUtf8(line, "its environment variable " + cleanUtf8(line.substr(0, line.find('='))));
    }
    if (!order.confinement) return;
    for (const auto& rule : order.confinement->paths) {
        requireUtf8(rule.path.string(), "a path of its confinement");
    }
}

Json encodeConfinement(const Confinement& confinement) {
    Json paths = Json::array();
    for (const auto& rule : confinement.paths) {
        paths.push_back(
            {{"path", rule.path.string()}, {"access", kAccess.at(indexOf(rule.access))}});
    }
    Json json{{"required", confinement.required}, {"paths", std::move(paths)}};
    if (const auto& user = confinement.user) {
        json["user"] = {{"name", user->name},
                        {"user", user->user},
                        {"group", user->group},
                        {"groups", user->groups}};
    }
    return json;
}

PathAccess accessFrom(const std::string& word) {
    if (word == kFormerAccess) return PathAccess::kWrite;
    const auto found = std::find(kAccess.begin(), kAccess.end(), word);
    if (found == kAccess.end()) throw LaunchError("spec.json: access \"" + word + "\" is unknown");
    return static_cast<PathAccess>(found - kAccess.begin());
}

std::vector<gid_t> groupsIn(const Json& json) {
    std::vector<gid_t> groups;
    for (const auto& group : json) groups.push_back(wholeNumber<gid_t>(group));
    return groups;
}

Confinement decodeConfinement(const Json& json) {
    Confinement confinement{.required = json.at("required").get<bool>()};
    for (const auto& rule : json.at("paths")) {
        confinement.paths.push_back(
            {rule.at("path").get<std::string>(), accessFrom(rule.at("access").get<std::string>())});
    }
    if (const auto user = json.find("user"); user != json.end()) {
        confinement.user = UserIds{user->at("name").get<std::string>(),
                                   wholeNumber<uid_t>(user->at("user")),
                                   wholeNumber<gid_t>(user->at("group")),
                                   groupsIn(user->at("groups"))};
    }
    return confinement;
}

/// What both kinds of order have.
template <class Order>
void readCommand(const Json& json, const std::string& what, Order& order) {
    order.command = json.at("command").get<std::vector<std::string>>();
    order.folder = json.at("folder").get<std::string>();
    order.environment = json.at("environment").get<std::vector<std::string>>();
    if (order.command.empty()) throw LaunchError(what + ": the command is empty");
    if (const auto part = json.find("confinement"); part != json.end()) {
        order.confinement = decodeConfinement(*part);
    }
}

RunOrder readRunOrder(const Json& json) {
    RunOrder order;
    readCommand(json, "the order to run", order);
    const auto& limits = json.at("limits");
    order.limits = {wholeNumber<std::uint64_t>(limits.at("address_space")),
                    wholeNumber<std::uint64_t>(limits.at("file_size")),
                    std::chrono::seconds{wholeNumber<std::int64_t>(limits.at("cpu_s"))}};
    if (const auto owner = json.find("owner"); owner != json.end()) {
        order.owner = ProcessIdentity{wholeNumber<pid_t>(owner->at("pid")),
                                      wholeNumber<std::uint64_t>(owner->at("start"))};
    }
    return order;
}

ShimSpec readSpec(const Json& json) {
    ShimSpec spec;
    spec.start.key = {JobId{wholeNumber<std::int64_t>(json.at("job"))},
                      wholeNumber<int>(json.at("attempt"))};
    readCommand(json, "spec.json", spec.start);
    spec.start.timeout = Milliseconds{wholeNumber<std::int64_t>(json.at("timeout_ms"))};
    spec.start.stall = Milliseconds{wholeNumber<std::int64_t>(json.at("stall_ms"))};
    spec.start.grace = Milliseconds{wholeNumber<std::int64_t>(json.at("grace_ms"))};
    spec.start.output_limit = wholeNumber<std::uint64_t>(json.at("output_limit"));
    spec.mark = json.at("mark").get<std::string>();
    if (const auto mask = json.find("umask"); mask != json.end()) {
        spec.start.umask = wholeNumber<unsigned>(*mask) & 0777U;
    }
    return spec;
}

}  // namespace

std::string encodeSpec(const ShimSpec& spec) {
    requireUtf8(spec.start);
    const auto& start = spec.start;
    Json json{{"format", start.confinement ? kConfinedSpecFormat : kRecordFormat},
              {"job", raw(start.key.job)},
              {"attempt", start.key.attempt},
              {"command", start.command},
              {"folder", start.folder.string()},
              {"environment", start.environment},
              {"timeout_ms", start.timeout.count()},
              {"stall_ms", start.stall.count()},
              {"grace_ms", start.grace.count()},
              {"output_limit", start.output_limit},
              {"mark", spec.mark}};
    if (start.confinement) json["confinement"] = encodeConfinement(*start.confinement);
    if (start.umask) json["umask"] = *start.umask;
    return json.dump(1);
}

ShimSpec spent(const ShimSpec& spec) {
    ShimSpec rest{.mark = spec.mark};
    rest.start.key = spec.start.key;
    rest.start.command = {"(begun)"};
    // Where it works and how it is confined: by that, what is left of it is found.
    rest.start.folder = spec.start.folder;
    rest.start.confinement = spec.start.confinement;
    rest.start.timeout = spec.start.timeout;
    rest.start.stall = spec.start.stall;
    rest.start.grace = spec.start.grace;
    rest.start.output_limit = spec.start.output_limit;
    return rest;
}

ShimSpec decodeSpec(std::string_view text) {
    if (const auto trouble = jsonTrouble(text)) {
        throw LaunchError("spec.json cannot be read: it is not JSON (" + *trouble + ")");
    }
    try {
        const auto json = Json::parse(text);
        const auto format = wholeNumber<int>(json.at("format"));
        if (format < 1 || format > kConfinedSpecFormat + 1) {
            throw LaunchError("spec.json has format " + std::to_string(format) +
                              ", which this orch-shim cannot read: install the one beside orchd");
        }
        return readSpec(json);
    } catch (const Json::exception& error) {
        throw LaunchError(std::string{"spec.json cannot be read: "} + error.what());
    } catch (const std::invalid_argument& error) {
        throw LaunchError(std::string{"spec.json cannot be read: "} + error.what());
    }
}

std::string encodeRunOrder(const RunOrder& order) {
    requireUtf8(order);
    Json json{{"command", order.command},
              {"folder", order.folder.string()},
              {"environment", order.environment},
              {"limits",
               {{"address_space", order.limits.address_space},
                {"file_size", order.limits.file_size},
                {"cpu_s", order.limits.cpu.count()}}}};
    if (order.confinement) json["confinement"] = encodeConfinement(*order.confinement);
    if (order.owner) json["owner"] = {{"pid", order.owner->pid}, {"start", order.owner->start}};
    return json.dump();
}

RunOrder decodeRunOrder(std::string_view text) {
    try {
        return readRunOrder(Json::parse(text));
    } catch (const Json::exception& error) {
        throw LaunchError(std::string{"the order to run cannot be read: "} + error.what());
    } catch (const std::invalid_argument& error) {
        throw LaunchError(std::string{"the order to run cannot be read: "} + error.what());
    }
}

}  // namespace orch
