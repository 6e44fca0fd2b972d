#include "ctl/commands/journal_text.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

std::string padded(const std::string& text, std::size_t columns) {
    const auto width = displayWidth(text);
    return width < columns ? text + std::string(columns - width, ' ') : text;
}

}  // namespace

void printEntry(const Context& context, const json& entry) {
    const auto column = [&](const char* field, std::size_t columns) {
        return padded(harmlessLine(textOf(entry, field)), columns) + "  ";
    };
    const auto at = localTime(textOf(entry, "at"), context.now);
    context.out << context.terminal.paint(Tint::kFaint, at) << "  " << column("subject", 5)
                << column("actor", 8) << context.terminal.paint(Tint::kBold, column("rule", 8))
                << harmlessLine(textOf(entry, "decision"));
    if (textOr(entry, "mode") == "observe") context.out << "  (only observed)";
    context.out << '\n';
}

}  // namespace orch::ctl
