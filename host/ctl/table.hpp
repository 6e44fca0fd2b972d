#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "ctl/terminal.hpp"

namespace orch::ctl {

struct Cell {
    Cell(std::string cell_text,
         Tint cell_tint = Tint::kPlain)  // NOLINT(google-explicit-constructor): cells read as text
        : text(std::move(cell_text)), tint(cell_tint) {}
    std::string text;
    Tint tint;
};

/// Columns as wide as their widest cell, two spaces between them, headings on top. Cells may be
/// anything orchd sent: they are made harmless here. On a terminal the column named `elastic`
/// gives way, so that lines do not wrap.
class Table {
public:
    Table(std::vector<std::string> headings, std::string elastic);
    void add(std::vector<Cell> row);
    void print(std::ostream& out, const Terminal& terminal) const;
    /// Does a line fit, at least with `elastic` at its narrowest?
    [[nodiscard]] bool fits(const Terminal& terminal) const;
    /// Does it without shortening anything?
    [[nodiscard]] bool fitsWhole(const Terminal& terminal) const;
    [[nodiscard]] bool empty() const { return rows_.empty(); }

private:
    [[nodiscard]] std::vector<std::size_t> natural() const;
    [[nodiscard]] std::vector<std::size_t> widths(const Terminal& terminal) const;

    std::vector<std::string> headings_;
    std::string elastic_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace orch::ctl
