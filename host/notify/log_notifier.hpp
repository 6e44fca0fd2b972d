#pragma once

#include <functional>
#include <string>

#include "core/tracker.hpp"

namespace orch {

/// Writes each notice as one line of the log: `notice "<subject>": <text>`. Line breaks in them
/// become " / ", what is no text becomes U+FFFD, and a line ends after 2,000 bytes.
class LogNotifier final : public Notifier {
public:
    using Sink = std::function<void(const std::string& line)>;

    /// `sink` gets the line without a newline, on the thread that calls send(). It may throw.
    explicit LogNotifier(Sink sink);
    /// The sink is standard error.
    LogNotifier();

    void send(const std::string& subject, const std::string& text, const std::string& key) override;

private:
    Sink sink_;
};

}  // namespace orch
