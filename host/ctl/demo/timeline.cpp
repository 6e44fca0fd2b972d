#include "ctl/demo/timeline.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

constexpr std::size_t kWhatColumns = 48;
constexpr std::size_t kWhoColumns = 20;

std::string padded(const std::string& text, std::size_t columns) {
    const auto width = displayWidth(text);
    return width < columns ? text + std::string(columns - width, ' ') : text + "  ";
}

std::string clockFace(double seconds) {
    const int whole = static_cast<int>(seconds);
    char text[16];
    std::snprintf(text, sizeof text, "%02d:%02d", whole / 60, whole % 60);
    return text;
}

Tint tintOfSign(const std::string& sign) {
    static const std::map<std::string, Tint> kTints{{"✔", Tint::kGreen},
                                                    {"✖", Tint::kRed},
                                                    {"↻", Tint::kYellow},
                                                    {"↩", Tint::kYellow},
                                                    {"‖", Tint::kYellow}};
    const auto found = kTints.find(sign);
    return found == kTints.end() ? Tint::kPlain : found->second;
}

const json* jobOf(const json& task, const std::string& id) {
    for (const auto& job : listOf(task, "jobs")) {
        if (textOr(job, "id") == id) return &job;
    }
    return nullptr;
}

std::string ofEvidence(const json& entry, const char* name) {
    return textOr(objectOf(entry, "evidence"), name);
}

/// `review red: reviewer found 1 defect (…): "no test" → development (1 of 3)` without what stands
/// between the colon and the finding.
std::string shortRework(const std::string& decision) {
    const auto colon = decision.find("red: ");
    const auto quote = decision.find('"');
    if (colon == std::string::npos || quote == std::string::npos || quote < colon) return decision;
    return decision.substr(0, colon + 5) + decision.substr(quote);
}

}  // namespace

Timeline::Timeline(std::ostream& out, Terminal terminal) : out_(out), terminal_(terminal) {}

double Timeline::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Timeline::line(const std::string& sign,
                    const std::string& what,
                    const std::string& who,
                    const std::string& which) {
    const bool alone = who.empty() && which.empty();
    const auto shown = harmlessLine(what);
    out_ << terminal_.paint(Tint::kFaint, clockFace(seconds())) << ' '
         << terminal_.paint(tintOfSign(sign), sign) << ' '
         << (alone ? shown : padded(shown, kWhatColumns));
    if (!alone)
        out_ << (which.empty() ? harmlessLine(who) : padded(harmlessLine(who), kWhoColumns));
    out_ << harmlessLine(which) << '\n' << std::flush;
}

void Timeline::begun(const json& task, const json& job, const std::string& attempt) {
    if (!begun_.insert(textOr(job, "id") + "." + attempt).second) return;
    const auto kind = textOr(job, "kind");
    const auto id = textOr(task, "id");
    std::string what = id + " " + textOf(job, "stage");
    if (!titled_) what = id + " \"" + textOf(task, "title") + "\" · " + textOf(job, "stage");
    titled_ = true;
    const auto who = kind == "agent" ? "agent " + textOf(job, "agent") : kind;
    line("▸", what, who, "job " + textOf(job, "id") + " (attempt " + attempt + ")");
}

void Timeline::foresee(const json& entry) {
    const auto rule = textOr(entry, "rule");
    const auto job = ofEvidence(entry, "job");
    if (rule == "enqueue") foreseen_.insert(job + ".1");
    if (rule != "retry" && rule != "release") return;
    const auto next = std::atol(ofEvidence(entry, "attempt").c_str()) + 1;
    foreseen_.insert(job + "." + std::to_string(next));
}

void Timeline::entry(const json& task, const json& entry) {
    const auto rule = textOr(entry, "rule");
    const auto id = textOr(task, "id") + " ";
    const auto decision = textOr(entry, "decision");
    const auto attempt = ofEvidence(entry, "attempt");
    // An attempt that was over before anybody looked has begun all the same.
    if (const auto* job = jobOf(task, ofEvidence(entry, "job"));
        job != nullptr && !attempt.empty()) {
        begun(task, *job, attempt);
    }
    foresee(entry);
    // The last advance is told by whoever looks at where it led.
    if (rule == "advance" && ofEvidence(entry, "to") != "done") line("✔", id + decision);
    if (rule == "rework") line("↩", id + shortRework(decision));
    if (rule == "retest") line("↩", id + decision);
    if (rule == "retry") line("↻", id + decision);
    if (rule == "park") line("‖", id + decision);
}

void Timeline::follow(const json& task, const json& entries) {
    for (const auto& one : entries) entry(task, one);
    for (const auto& job : listOf(task, "jobs")) {
        const auto attempt = textOr(job, "attempt");
        const bool told = foreseen_.contains(textOr(job, "id") + "." + attempt);
        if (told && textOr(job, "status") == "running") begun(task, job, attempt);
    }
}

}  // namespace orch::ctl
