#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace orch {

/// Is a raw string literal still open after `line`? Only the plain kind, R"( ... )".
inline bool opensText(bool open, const std::string& line) {
    const auto last = line.rfind(open ? ")\"" : "R\"(");
    if (last == std::string::npos) return open;
    return open ? line.find("R\"(", last) != std::string::npos
                : line.find(")\"", last) == std::string::npos;
}

/// The #include lines of a file; those within a text it carries are not its own.
inline std::vector<std::string> includeLines(std::istream& file) {
    std::vector<std::string> lines;
    bool text = false;
    for (std::string line; std::getline(file, line); text = opensText(text, line)) {
        if (!text && line.starts_with("#include")) lines.push_back(line);
    }
    return lines;
}

inline std::vector<std::string> includeLines(const std::filesystem::path& path) {
    std::ifstream file(path);
    return includeLines(file);
}

}  // namespace orch
