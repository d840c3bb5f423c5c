"""Skill-level recognition (职业技能等级认定), step by step.

Reading order is the order of the process, and imports only look back along it:
standards → bodies → plans → applications → assessment → results → certificates → registry.
"""
