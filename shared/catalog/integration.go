package catalog

import (
	"encoding/json"

	"postern/shared/function"
	"postern/shared/scalar"
)

// Batch makes several WHM API 1 calls in one request.
var Batch = function.Define[BatchRequest, BatchResponse](function.Spec{
	Names:  []function.Name{function.WHM("batch")},
	Effect: function.Reaches,
	Doc: "Makes several WHM API 1 calls, one after another, each in a transaction of its own and with the caller’s " +
		"privileges. It goes on after a call that fails, unless abort_on_error says otherwise.",
})

// BatchRequest lists the calls.
type BatchRequest struct {
	Commands []string   `form:"command,required" max:"65536" doc:"A call: the function’s name, a question mark and its arguments, URI-encoded as in a query. Repeat it for each call." example:"listaccts?search=anna&searchtype=user"`
	Abort    scalar.Bit `form:"abort_on_error" doc:"1 leaves out the calls that come after one that failed."`
}

// BatchResponse has an outcome for each call that was made, in their order.
type BatchResponse struct {
	Result []BatchOutcome `json:"result" doc:"An outcome for each call that was made, in their order."`
}

// BatchOutcome is one call’s own envelope.
type BatchOutcome struct {
	Data     json.RawMessage `json:"data,omitempty" doc:"What the function gave back; absent when there is none."`
	Metadata WHMMetadata     `json:"metadata" doc:"How the call went."`
}

// WHMMetadata is the metadata of WHM API 1.
type WHMMetadata struct {
	Version int             `json:"version" doc:"The API’s version: 1."`
	Command string          `json:"command" doc:"The function that was called."`
	Reason  string          `json:"reason" doc:"OK, a sentence of the function’s, or why it failed."`
	Result  scalar.Bit      `json:"result" doc:"1: it succeeded; 0: it failed."`
	Literal int             `json:"payload_is_literal,omitempty" doc:"1: data is the function’s own hash, though it has one key and a list."`
	Output  json.RawMessage `json:"output,omitempty" doc:"Messages, warnings and a raw log, when there are any."`
	Chunk   json.RawMessage `json:"chunk,omitempty" doc:"Which page this is, when one was asked for."`
	Filter  json.RawMessage `json:"filter,omitempty" doc:"How many records there were before the filter, when there was one."`
}

// UAPICPanel calls a UAPI function as an account.
var UAPICPanel = function.Define[UAPICPanelRequest, UAPICPanelResponse](function.Spec{
	Names:          []function.Name{function.WHM("uapi_cpanel")},
	Needs:          "cpanel-api",
	Effect:         function.Reaches,
	PassesControls: true,
	Doc: "Calls a UAPI function as an account that the caller has power over. " +
		"All other arguments, and UAPI’s output controls, go to that function.",
})

// UAPICPanelRequest names the account and the function.
type UAPICPanelRequest struct {
	User     string `form:"cpanel.user,required" doc:"The account’s user name." example:"anna"`
	Module   string `form:"cpanel.module,required" doc:"The function’s module. Letters’ case matters." example:"Email"`
	Function string `form:"cpanel.function,required" doc:"The function’s name. Letters’ case matters." example:"list_pops"`
}

// UAPICPanelResponse holds the function’s own envelope.
type UAPICPanelResponse struct {
	UAPI UAPIResult `json:"uapi" doc:"The function’s own envelope."`
}

// UAPIResult is UAPI’s envelope.
type UAPIResult struct {
	Status   scalar.Bit      `json:"status" doc:"1: it succeeded; 0: it failed."`
	Data     json.RawMessage `json:"data" doc:"What the function gave back; null on failure."`
	Errors   []string        `json:"errors" doc:"Why it failed; null when it did not."`
	Messages []string        `json:"messages" doc:"What the function has to say; null for nothing."`
	Warnings []string        `json:"warnings" doc:"What the function warns of; null for nothing."`
	Metadata json.RawMessage `json:"metadata" doc:"Which page this is, and the like."`
}

// CPanel is WHM’s bridge to the APIs of an account.
var CPanel = function.Define[CPanelRequest, any](function.Spec{
	Names:          []function.Name{function.WHM("cpanel")},
	Needs:          "cpanel-api",
	Effect:         function.Reaches,
	PassesControls: true,
	Doc: "Calls a cPanel API 2 or UAPI function as an account that the caller has power over, and answers with that " +
		"function’s own envelope. All other arguments, and that API’s output controls, go to the function. uapi_cpanel is the better way to UAPI.",
})

// CPanelRequest names the account and the function. cpanel_xmlapi_ may stand
// for cpanel_jsonapi_ everywhere.
type CPanelRequest struct {
	User       string `form:"cpanel_jsonapi_user|cpanel_xmlapi_user" doc:"The account’s user name, in lower case." example:"anna"`
	Module     string `form:"cpanel_jsonapi_module|cpanel_xmlapi_module" doc:"The function’s module. Letters’ case matters." example:"Email"`
	Function   string `form:"cpanel_jsonapi_func|cpanel_xmlapi_func" doc:"The function’s name. Letters’ case matters." example:"listpops"`
	APIVersion string `form:"cpanel_jsonapi_apiversion|cpanel_xmlapi_apiversion" choices:"1,2,3" doc:"1 is cPanel API 1, 2 cPanel API 2, 3 UAPI. Left out, it is 2." example:"3"`
}

// BatchStrict makes several UAPI calls in one request.
var BatchStrict = function.Define[BatchStrictRequest, []UAPIResult](function.Spec{
	Names:   []function.Name{function.UAPI("Batch", "strict")},
	Callers: function.Everybody,
	Effect:  function.Reaches,
	Doc: "Makes several UAPI calls, one after another, each in a transaction of its own. It stops at the first that " +
		"fails, and fails with it; what was done before stays done.",
})

// BatchStrictRequest lists the calls.
type BatchStrictRequest struct {
	Commands []string `form:"command,required,lines" max:"65536" doc:"A call as a JSON array: the module, the function and an object with the arguments. Number or repeat it for each call." example:"[\"Email\",\"list_pops\",{}]"`
}
