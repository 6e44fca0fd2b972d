#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/yaml_tree.hpp"

namespace orch {

/// Collects everything that is wrong with one configuration, so that it is told at once.
class Problems {
public:
    /// `file` as the operator named it.
    explicit Problems(std::string file) : file_(std::move(file)) {}

    /// Remembers where a key's value stands: "pipeline.stages[2].gate[1]".
    void place(const std::string& key, Mark mark) { marks_[key] = mark; }
    void add(Mark mark, const std::string& key, const std::string& sentence);
    /// "config/orch.yaml:31:18".
    [[nodiscard]] std::string whereIs(Mark mark) const;
    /// Where `key` stands, or else the nearest key around it that the file has.
    void add(const std::string& key, const std::string& sentence);
    /// For a value that came from the environment variable `name`.
    void addFromEnvironment(const std::string& name,
                            const std::string& key,
                            const std::string& sentence);

    /// Is anything wrong with `key` or what is in it?
    [[nodiscard]] bool anyIn(const std::string& key) const;
    /// Throws ConfigError with one line a problem, in the order of the file; does nothing when
    /// there is none.
    void throwIfAny() const;

private:
    struct Problem {
        Mark mark;
        std::string key, line;
    };
    [[nodiscard]] Mark markOf(std::string key) const;

    std::string file_;
    std::map<std::string, Mark> marks_;
    std::vector<Problem> found_;
};

}  // namespace orch
