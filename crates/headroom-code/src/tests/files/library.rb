# Books that are lent to readers.
require 'date'
require 'set'

module Library
  LIMIT = 5

  # Raised when somebody has too many books.
  class TooMany < StandardError
    def initialize(reader)
      super("#{reader} has #{LIMIT} books already and has to bring one back")
      @reader = reader
    end
  end

  # A desk where books are lent.
  class Desk
    attr_reader :lent

    def initialize(books)
      @books = Set.new(books)
      @lent = Hash.new { |hash, reader| hash[reader] = [] }
    end

    # Lends a book until a day.
    def lend(book, reader, until_day: Date.today + 14)
      raise TooMany, reader if @lent[reader].size >= LIMIT
      raise ArgumentError, "no such book: #{book}" unless @books.delete?(book)

      @lent[reader] << { book: book, until: until_day }
      until_day
    end

    def overdue(today = Date.today)
      @lent.flat_map do |reader, books|
        books.select { |entry| entry[:until] < today }
             .map { |entry| [reader, entry[:book]] }
      end
    end

    def self.open(*books)
      desk = new(books)
      yield desk if block_given?
      desk.lent.each { |reader, list| warn "#{reader} still has #{list.size}" }
    end
  end
end
