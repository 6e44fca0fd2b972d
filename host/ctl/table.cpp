#include "ctl/table.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>

namespace orch::ctl {

namespace {

constexpr std::size_t kNarrowest = 12;  // below this a shortened text says nothing any more

std::size_t lineOf(const std::vector<std::size_t>& widths) {
    return std::accumulate(widths.begin(), widths.end(), 2 * (widths.size() - 1));
}

std::string padded(const std::string& shown, std::size_t used, std::size_t width, bool last) {
    return last || used >= width ? shown : shown + std::string(width - used, ' ');
}

}  // namespace

Table::Table(std::vector<std::string> headings, std::string elastic)
    : headings_(std::move(headings)), elastic_(std::move(elastic)) {}

void Table::add(std::vector<Cell> row) {
    for (auto& cell : row) cell.text = harmlessLine(cell.text);
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::natural() const {
    std::vector<std::size_t> widths;
    for (const auto& heading : headings_) widths.push_back(displayWidth(heading));
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], displayWidth(row[i].text));
        }
    }
    return widths;
}

std::vector<std::size_t> Table::widths(const Terminal& terminal) const {
    auto widths = natural();
    const auto total = lineOf(widths);
    const auto elastic = std::find(headings_.begin(), headings_.end(), elastic_);
    if (terminal.columns == 0 || total <= terminal.columns || elastic == headings_.end()) {
        return widths;
    }
    auto& width = widths[static_cast<std::size_t>(elastic - headings_.begin())];
    const auto too_much = total - terminal.columns;
    width = width > too_much + kNarrowest ? width - too_much : std::min(width, kNarrowest);
    return widths;
}

bool Table::fits(const Terminal& terminal) const {
    return terminal.columns == 0 || lineOf(widths(terminal)) <= terminal.columns;
}

bool Table::fitsWhole(const Terminal& terminal) const {
    return terminal.columns == 0 || lineOf(natural()) <= terminal.columns;
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
    const auto wide = widths(terminal);
    const auto line = [&](const std::vector<Cell>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto text = fit(cells[i].text, wide[i]);
            const auto shown = terminal.paint(cells[i].tint, text);
            const bool last = i + 1 == cells.size();
            out << padded(shown, displayWidth(text), wide[i], last) << (last ? "\n" : "  ");
        }
    };
    std::vector<Cell> heads;
    for (const auto& heading : headings_) heads.emplace_back(heading, Tint::kBold);
    line(heads);
    for (const auto& row : rows_) line(row);
}

}  // namespace orch::ctl
