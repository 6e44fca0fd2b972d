#include "config/interpolation.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

namespace {

/// Replaces the reference that begins at `at` and appends it; returns where to read on.
std::size_t replaceOne(const std::string& text,
                       std::size_t at,
                       const Environment& environment,
                       Interpolated& result) {
    const auto end = text.find('}', at);
    if (end == std::string::npos) {
        result.problem = "${ is never closed; write $${ for a plain ${";
        return text.size();
    }
    const auto name = text.substr(at + 2, end - at - 2);
    if (!isVariableName(name)) {
        result.problem = "${" + name + "} does not name a variable; write $${ for a plain ${";
    } else if (const auto found = environment.find(name);
               found == environment.end() || found->second.empty()) {
        result.problem = "the environment variable " + name + " is not set (or is empty)";
    } else {
        result.text += found->second;
        result.from_environment = true;
    }
    return end + 1;
}

}  // namespace

Interpolated interpolate(const std::string& text, const Environment& environment) {
    Interpolated result;
    for (std::size_t at = 0; at < text.size();) {
        if (text.compare(at, 3, "$${") == 0) {
            result.text += "${";
            at += 3;
        } else if (text.compare(at, 2, "${") == 0) {
            at = replaceOne(text, at, environment, result);
        } else {
            result.text += text[at++];
        }
    }
    return result;
}

std::string escapeReferences(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.compare(at, 2, "${") == 0) result += '$';
        result += text[at];
    }
    return result;
}

}  // namespace orch
