// Matrices of a size that is known when they are compiled.
#include <array>
#include <stdexcept>
#include <utility>

namespace grid {

/// Rows and columns.
template <typename T, std::size_t Rows, std::size_t Columns>
class Matrix {
 public:
  using value_type = T;

  Matrix() = default;

  explicit Matrix(std::array<T, Rows * Columns> cells) : cells_(std::move(cells)) {}

  T &at(std::size_t row, std::size_t column) {
    if (row >= Rows || column >= Columns) {
      throw std::out_of_range("no such cell");
    }
    return cells_[row * Columns + column];
  }

  Matrix<T, Columns, Rows> transposed() const {
    Matrix<T, Columns, Rows> result;
    for (std::size_t row = 0; row < Rows; ++row) {
      for (std::size_t column = 0; column < Columns; ++column) {
        result.at(column, row) = cells_[row * Columns + column];
      }
    }
    return result;
  }

 private:
  std::array<T, Rows * Columns> cells_{};
};

template <typename T, std::size_t Size>
T trace(const Matrix<T, Size, Size> &matrix) {
  T sum{};
  for (std::size_t at = 0; at < Size; ++at) {
    sum += matrix.transposed().at(at, at);
  }
  return sum;
}

enum class Order { RowMajor, ColumnMajor };

}  // namespace grid
