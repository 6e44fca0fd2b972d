#include "config/read_confinement.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "config/readers.hpp"
#include "core/names.hpp"

namespace orch {

namespace {

std::string shown(const std::string& text) {
    return "\"" + cleanUtf8(shorten(text, 40)) + "\"";
}

std::string problemOfConfine(const std::string& text) {
    if (fromName<Confine>(text)) return {};
    return "expected auto, required or off, got " + shown(text);
}

/// useradd(8) takes these names.
std::string problemOfUser(const std::string& text) {
    const bool good = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '$';
    });
    if (good && !text.empty() && text.size() <= 32 && text[0] != '-') return {};
    return shown(text) + " is not the name of a user";
}

}  // namespace

Confine readConfine(Section& section, Confine fallback) {
    const auto text = section.plain("confine", std::string(nameOf(fallback)), problemOfConfine);
    return fromName<Confine>(text).value_or(fallback);
}

std::string readRunAs(Section& section) {
    return section.plain("run_as", "", problemOfUser);
}

void readChecks(Section section, Config& config) {
    config.checks.confine = readConfine(section, config.checks.confine);
    config.checks.run_as = readRunAs(section);
    section.finish();
}

}  // namespace orch
