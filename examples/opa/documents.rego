# Access to documents. Request and answer have AuthZEN's form: subject, action, resource, context.
# A rule that denies overrules all others, and unknown values deny access.
package documents

default decision := {"decision": false, "context": {"reason": "no rule allows it"}}

decision := {"decision": false, "context": {"reason": "a rule denies it", "decided_by": sort(deny)}} if count(deny) > 0

decision := {"decision": true, "context": {"reason": "a rule allows it", "decided_by": sort(allow)}} if {
	count(deny) == 0
	count(allow) > 0
}

permissions := {
	"reader": {"document:read"},
	"editor": {"document:read", "document:write", "document:delete"},
	"clerk": {"invoice:read"},
}

actions := {"read", "write", "delete", "print", "comment", "export"}

rank := {"public": 0, "internal": 1, "secret": 2}

subject := object.union({"properties": {}}, input.subject)

resource := object.union({"properties": {}}, input.resource)

context := object.get(input, "context", {})

wanted := concat(":", [input.resource.type, input.action.name])

# A list of names is valid only if every element is a name.
names(property) := found if {
	found := subject.properties[property]
	is_array(found)
	every name in found { is_string(name) }
}

# --- rules that permit

allow contains sprintf("role:%s", [role]) if {
	some role in names("roles")
	wanted in permissions[role]
}

allow contains "permission" if wanted in names("permissions")

allow contains "own-department" if {
	input.action.name == "read"
	resource.type == "document"
	subject.properties.department == resource.properties.department
}

allow contains "print-in-the-office" if {
	input.action.name == "print"
	resource.type == "document"
	some range in ["10.0.0.0/8", "2001:db8::/32"]
	net.cidr_contains(range, context.ip_address)
}

allow contains "owner" if {
	input.action.name in {"read", "write", "delete"}
	resource.type == "document"
	subject.type == "user"
	resource.properties.owner == subject.id
}

allow contains "staff-comments" if {
	input.action.name == "comment"
	resource.type == "document"
	"staff" in names("groups")
}

allow contains "export-by-service" if {
	input.action.name == "export"
	resource.type == "document"
	subject.type == "client"
	"documents:export" in names("scopes")
}

# --- rules that deny, whatever else permits

deny contains "unknown-action" if not input.action.name in actions

deny contains "unknown-type" if not resource.type in {"document", "invoice"}

deny contains "unfit" if {
	some property in ["department", "clearance"]
	found := subject.properties[property]
	not is_string(found)
}

deny contains "unfit" if {
	found := subject.properties.amr
	not is_array(found)
}

deny contains "unfit" if {
	context.ip_address
	not valid_address
}

deny contains "clearance" if {
	resource.type == "document"
	not cleared
}

deny contains "office-hours" if {
	input.action.name == "delete"
	not office_hours
}

deny contains "second-factor" if {
	input.action.name == "delete"
	subject.type == "user"
	not second_factor
}

deny contains "blocked-network" if net.cidr_contains("203.0.113.0/24", context.ip_address)

# Separate rules, because `not` before a partly undefined expression is undefined too, and would deny nothing.
second_factor if "otp" in names("amr")

cleared if rank[subject.properties.clearance] >= rank[resource.properties.classification]

valid_address if net.cidr_contains("0.0.0.0/0", context.ip_address)

valid_address if net.cidr_contains("::/0", context.ip_address)

office_hours if {
	now := [time.parse_rfc3339_ns(context.time), "Europe/Berlin"]
	time.weekday(now) in {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
	[hour, _, _] := time.clock(now)
	hour >= 8
	hour < 18
}
