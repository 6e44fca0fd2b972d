#include "launch/spec_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "launch/record_files.hpp"

namespace orch {

namespace {

using Json = nlohmann::json;

void requireUtf8(const std::string& text, const std::string& what) {
    try {
        (void)Json(text).dump();
    } catch (const Json::type_error&) {
        throw LaunchError("cannot start the agent: " + what + " is not valid UTF-8: \"" +
                          cleanUtf8(text) + "\"");
    }
}

void requireUtf8(const ShimSpec& spec) {
    requireUtf8(spec.start.folder.string(), "its working folder");
    for (const auto& word : spec.start.command) requireUtf8(word, "a word of its command");
    for (const auto& line : spec.start.environment) {
        requireUtf8(line, "its environment variable " + cleanUtf8(line.substr(0, line.find('='))));
    }
}

ShimSpec readSpec(const Json& json) {
    ShimSpec spec;
    spec.start.key = {JobId{json.at("job").get<std::int64_t>()}, json.at("attempt").get<int>()};
    spec.start.command = json.at("command").get<std::vector<std::string>>();
    spec.start.folder = json.at("folder").get<std::string>();
    spec.start.environment = json.at("environment").get<std::vector<std::string>>();
    spec.start.timeout = Milliseconds{json.at("timeout_ms").get<std::int64_t>()};
    spec.start.stall = Milliseconds{json.at("stall_ms").get<std::int64_t>()};
    spec.start.grace = Milliseconds{json.at("grace_ms").get<std::int64_t>()};
    spec.start.output_limit = json.at("output_limit").get<std::uint64_t>();
    spec.mark = json.at("mark").get<std::string>();
    if (spec.start.command.empty()) throw LaunchError("spec.json: the command is empty");
    return spec;
}

}  // namespace

std::string encodeSpec(const ShimSpec& spec) {
    requireUtf8(spec);
    const auto& start = spec.start;
    return Json{{"format", kRecordFormat},
                {"job", raw(start.key.job)},
                {"attempt", start.key.attempt},
                {"command", start.command},
                {"folder", start.folder.string()},
                {"environment", start.environment},
                {"timeout_ms", start.timeout.count()},
                {"stall_ms", start.stall.count()},
                {"grace_ms", start.grace.count()},
                {"output_limit", start.output_limit},
                {"mark", spec.mark}}
        .dump(1);
}

ShimSpec decodeSpec(std::string_view text) {
    try {
        const auto json = Json::parse(text);
        const auto format = json.at("format").get<int>();
        if (format < 1 || format > kRecordFormat + 1) {
            throw LaunchError("spec.json has format " + std::to_string(format) +
                              ", which this orch-shim cannot read: install the one beside orchd");
        }
        return readSpec(json);
    } catch (const Json::exception& error) {
        throw LaunchError(std::string{"spec.json cannot be read: "} + error.what());
    }
}

}  // namespace orch
