#include "notify/log_notifier.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

std::string oneLine(const std::string& text) {
    std::string line;
    for (const char c : cleanUtf8(text)) {
        if (c == '\n') {
            line += " / ";
        } else {
            line += c == '\t' ? ' ' : c;
        }
    }
    while (line.size() >= 3 && line.compare(line.size() - 3, 3, " / ") == 0) {
        line.resize(line.size() - 3);
    }
    return line;
}

/// One write(2) a line, so that lines of several threads never mix.
void writeToStandardError(const std::string& line) {
    const auto with_end = line + "\n";
    const auto written = write(STDERR_FILENO, with_end.data(), with_end.size());
    if (written < 0) {
        throw RemoteError("notice to standard error: " + std::generic_category().message(errno),
                          true);
    }
}

}  // namespace

LogNotifier::LogNotifier(Sink sink) : sink_(std::move(sink)) {}

LogNotifier::LogNotifier() : LogNotifier(writeToStandardError) {}

void LogNotifier::send(const std::string& subject,
                       const std::string& text,
                       const std::string& /*key*/) {
    sink_(shorten("notice \"" + oneLine(subject) + "\": " + oneLine(text), 2000));
}

}  // namespace orch
