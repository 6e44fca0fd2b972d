#pragma once

#include <string>
#include <vector>

#include "ctl/demo/folder.hpp"

namespace orch::ctl {

/// Makes the demo's project in folder.greeter(): a small C program with tests and a Makefile, in a
/// git repository with one commit on main. Throws Error when git does not do it.
void makeGreeter(const DemoFolder& folder);

/// A git command in `repository`, kept away from the user's own git settings: its standard output
/// without the last newline. Throws Error with git's words when it fails.
std::string git(const std::filesystem::path& repository, const std::vector<std::string>& arguments);

/// A program of the demo's run to its end; throws Error with its last words when it fails.
std::string runProgram(const std::vector<std::string>& command);

}  // namespace orch::ctl
