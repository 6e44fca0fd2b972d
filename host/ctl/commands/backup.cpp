#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct BackupOptions {
    std::string file;
};

/// orchd's lines, as they come: how far it is, and at last what it made or why not.
class Course {
public:
    explicit Course(Context& context) : context_(context) {}

    void take(std::string_view piece) {
        text_ += piece;
        for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
            take(json::parse(text_.substr(0, end), nullptr, false));
            text_.erase(0, end + 1);
        }
    }
    /// Throws unless the last line says that the backup is there.
    [[nodiscard]] const json& made() const {
        const auto why = textOr(last_, "error");
        if (!why.empty()) throw Error(why);
        if (last_.contains("check")) return last_;
        throw Unreachable("orchd broke off the backup before it was whole; nothing was left");
    }

private:
    void take(const json& line) {
        if (!line.is_object()) return;
        last_ = line;
        if (!context_.terminal.tty || context_.json) return;
        const auto total = numberOf(line, "total");
        const bool on_the_way = total > 0;
        context_.err << '\r';
        if (on_the_way) {
            context_.err << numberOf(line, "done") * 100 / total << " % of "
                         << spokenBytes(static_cast<std::uint64_t>(total)) << "   ";
        }
        context_.err << std::flush;
    }

    Context& context_;
    std::string text_;
    json last_ = json::object();
};

ExitCode backup(Context& context, const BackupOptions& options) {
    const auto file = (context.surroundings.folder / options.file).lexically_normal().string();
    Course course(context);
    context.orchd().streamPost("/api/v1/backup",
                               {{"file", file}, {"by", context.actor()}},
                               [&](std::string_view piece) { course.take(piece); });
    const auto& made = course.made();
    if (context.json) {
        context.print(made);
    } else {
        const auto bytes = static_cast<std::uint64_t>(numberOf(made, "bytes"));
        context.out << "backup in " << harmlessLine(textOf(made, "file")) << ": "
                    << spokenBytes(bytes) << ", checked: " << harmlessLine(textOf(made, "check"))
                    << '\n';
    }
    return ExitCode::kDone;
}

}  // namespace

void addBackup(CLI::App& app, Action& chosen) {
    auto* command =
        app.add_subcommand("backup", "Copy orchd's database into a file while it works");
    command->footer(
        "The file must not be there yet. It is whole, checked and on the disk when the command\n"
        "ends with 0; Ctrl-C gives it up and leaves nothing. It holds no token.\n"
        "Example:\n  orchctl backup /backup/orch-$(date +%F).db");
    auto options = std::make_shared<BackupOptions>();
    command->add_option("FILE", options->file, "The file to make, on orchd's machine")->required();
    choose(*command, chosen, options, &backup);
}

}  // namespace orch::ctl
