"""The stack of serverless.yml on moto's server: the resources that moto supports, and their addresses for functions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3

from tools import cloudformation

ISSUER = "https://idp.example"
STACK = "idp-prod"
NOT_BY_MOTO = {
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
    "AWS::CloudWatch::Alarm", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig", "AWS::S3::BucketPolicy", "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity", "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy",
}  # fmt: skip
"""Types that moto ignores. cfn-lint and checkov read them; alarms are created by the API that CloudFormation would call."""


@dataclass
class Stack:
    """A created stack, and its server."""

    endpoint: str
    template: dict[str, Any]

    def client(self, service: str) -> Any:
        """Return a client of a service."""
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1")

    def topic(self) -> str:
        """The topic of the alarms."""
        (topic,) = [each["TopicArn"] for each in self.client("sns").list_topics()["Topics"] if each["TopicArn"].endswith("-alarms")]
        return str(topic)

    def environment(self, function: str) -> dict[str, str]:
        """Return the environment of a function from its configuration, with the addresses of the services."""
        configured = self.client("lambda").get_function_configuration(FunctionName=f"{STACK}-{function}")
        return {**configured["Environment"]["Variables"], **self.where()}

    def where(self) -> dict[str, str]:
        """The variables that direct functions and the command line to this server."""
        return {f"AWS_ENDPOINT_URL_{service}": self.endpoint for service in ("DYNAMODB", "KMS", "LAMBDA", "SESV2")}


def create(endpoint: str, *parameters: str) -> Stack:
    """Create the stage `prod`. Moto has no aliases, so references to one are removed; everything else is unchanged."""
    template = json.loads(cloudformation.render("prod", f"issuer={ISSUER}", *parameters))
    resources: dict[str, Any] = template["Resources"]
    on_alias = [name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Permission" and "snapstart" in json.dumps(each)]
    for name in on_alias:
        del resources[name]
    template["Outputs"].pop("MailRecords", None)  # attributes of resources that moto does not create
    stack = Stack(endpoint, template)
    stack.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])
    return stack


def alarms(stack: Stack) -> list[dict[str, Any]]:
    """Return the alarms as parameters of PutMetricAlarm, which have the names of the resource's properties."""
    found = []
    for resource in stack.template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            properties = {**resource["Properties"], "AlarmActions": [stack.topic()]}
            for dimension in properties["Dimensions"]:
                if isinstance(dimension["Value"], dict):
                    dimension["Value"] = "resolved"
            found.append(properties)
    return found
