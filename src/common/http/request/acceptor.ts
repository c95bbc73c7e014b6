import type { Type } from '@nestjs/common';
import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';

type Rules = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
type Rule = Rules[number];
type Check = (object: object) => boolean;

/**
 * Returns a check whether all rules of a class accept an object. It applies class-validator's own rules, but it does not
 * explain a refusal, because preparing the explanation costs more than the rules. It may refuse what class-validator accepts,
 * but it never accepts what class-validator refuses.
 */
export function acceptorOf(type: Type): Check {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const names = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const checks = names.map((name) =>
    checkOf(
      type,
      name,
      rules.filter(({ propertyName }) => propertyName === name),
    ),
  );
  return (object) => checks.every((accepts) => accepts(object));
}

function checkOf(type: Type, property: string, rules: Rules): Check {
  const conditions = rules.filter((rule) => rule.type === ValidationTypes.CONDITIONAL_VALIDATION);
  const validators = rules
    .filter((rule) => !conditions.includes(rule))
    .map((rule) => validatorOf(type, rule));
  return (object) => {
    const value: unknown = object[property as keyof typeof object];
    if (!conditions.every(({ constraints }) => holds(constraints, object, value))) return true;
    return validators.every((accepts) => accepts(value, object));
  };
}

function holds([condition]: unknown[], object: object, value: unknown): boolean {
  return (condition as (object: object, value: unknown) => boolean)(object, value);
}

function validatorOf(type: Type, rule: Rule): (value: unknown, object: object) => boolean {
  if (rule.type !== ValidationTypes.CUSTOM_VALIDATION || rule.each) return () => false;
  const validators = getMetadataStorage()
    .getTargetValidatorConstraints(rule.constraintCls)
    .map(({ instance }) => instance);
  // One object for all calls, because making it takes longer than the rule.
  const place: ValidationArguments = {
    targetName: type.name,
    property: rule.propertyName,
    constraints: rule.constraints,
    object: {},
    value: undefined,
  };
  return (value, object) => {
    place.object = object;
    place.value = value;
    return validators.every((validator) => validator.validate(value, place) === true);
  };
}
