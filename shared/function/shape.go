package function

// Shape is a call's output controls, the same for every dialect: filter, then
// sort, then a page, then columns. The zero Shape changes nothing.
type Shape struct {
	Filters []Filter
	Sorts   []Sort
	Page    Page
	Columns []Column
}

// None tells that no output control was asked for.
func (s Shape) None() bool {
	return len(s.Filters) == 0 && len(s.Sorts) == 0 && !s.Page.On && len(s.Columns) == 0
}

// Test is how a filter compares.
type Test string

// The tests, each under one name whatever a dialect calls it.
const (
	Contains            Test = "contains"
	Begins              Test = "begins"
	Ends                Test = "ends"
	Matches             Test = "matches" // RE2
	Equal               Test = "eq"      // as text
	NotEqual            Test = "ne"
	NumberEqual         Test = "=="
	Less                Test = "lt"
	LessOrEqual         Test = "lt_equal"
	Greater             Test = "gt"
	GreaterOrEqual      Test = "gt_equal"
	LessOrUnlimited     Test = "lt_handle_unlimited"
	GreaterIfNotLimited Test = "gt_handle_unlimited"
	Defined             Test = "defined"
	Undefined           Test = "undefined"
)

// Filter keeps the rows that pass a test.
type Filter struct {
	Column, Term string
	Test         Test
	IgnoreCase   bool
	Param        string // the name of the parameter that holds the column, for the error
	TermParam    string // the name of the parameter that holds the term, for the error
}

// Method is how rows are put in order.
type Method string

// The methods.
const (
	Lexicographic    Method = "lexicographic"
	Numeric          Method = "numeric"
	NumericZeroAsMax Method = "numeric_zero_as_max"
	IPv4             Method = "ipv4"
)

// Sort puts rows in order; the first Sort of a Shape weighs most.
type Sort struct {
	Column  string
	Method  Method // empty: none was stated, which means Lexicographic
	Reverse bool
	Strict  bool   // WHM: numbers sorted without a stated method fail
	Param   string // the name of the parameter that holds the column, for the error
}

// Page is a piece of the rows.
type Page struct {
	On    bool
	Start int // record number, from 1
	Size  int
	All   bool // the vendor's client sends a start of -1 for all pages
}

// Column is a member to show.
type Column struct{ Name, Param string }

// Shaped says what the output controls did.
type Shaped struct {
	Filtered bool
	Before   int // records before the filter
	Paged    bool
	Start    int // the first record shown, from 1
	Size     int // records a page
	Records  int // records after the filter, on all pages
}

// Pages is the number of pages.
func (s Shaped) Pages() int {
	if s.Size < 1 {
		return 1
	}
	return (s.Records + s.Size - 1) / s.Size
}

// Current is the number of the page that is shown, from 1.
func (s Shaped) Current() int {
	if s.Size < 1 {
		return 1
	}
	return (s.Start-1)/s.Size + 1
}
